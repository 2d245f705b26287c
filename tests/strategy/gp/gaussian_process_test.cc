#include "server/strategy/gp/gaussian_process.h"

#include <gtest/gtest.h>

#include "server/strategy/gp/kernel.h"
#include "tests/strategy/gp/training_sets.h"

namespace sweepd::gp {
namespace {

double Kernel(double difference, double length_scale, double signal) {
  const double squared = difference * difference / (length_scale * length_scale);
  return Matern52(Eigen::MatrixXd::Constant(1, 1, squared), signal)(0, 0);
}

TrainingSet OnALine(std::vector<double> x, std::vector<double> y) {
  const auto n = static_cast<Eigen::Index>(x.size());
  return {Eigen::Map<Eigen::MatrixXd>(x.data(), 1, n), Eigen::Map<Eigen::VectorXd>(y.data(), n), {0}};
}

TEST(GaussianProcess, HasTheClosedFormPosteriorOfOnePoint) {
  const Hyperparameters h = SomeHyperparameters(1);
  const auto model = GaussianProcess::Fit(OnALine({0.4}, {2.5}), h);
  ASSERT_TRUE(model.has_value());
  const Prediction prediction = model->Predict(Eigen::RowVector2d(0.4, 0.7));
  // The profiled mean of one label is the label itself, so the mean is flat.
  EXPECT_NEAR(prediction.mean[0], 2.5, 1e-14);
  EXPECT_NEAR(prediction.mean[1], 2.5, 1e-14);
  const double k = Kernel(0.3, std::exp(h.log_length_scales[0]), h.signal_variance());
  const double s = h.signal_variance();
  EXPECT_NEAR(prediction.variance[0], s - s * s / (s + h.noise_variance()), 1e-14);
  EXPECT_NEAR(prediction.variance[1], s - k * k / (s + h.noise_variance()), 1e-14);
}

TEST(GaussianProcess, HasTheClosedFormPosteriorOfTwoPoints) {
  const Hyperparameters h = SomeHyperparameters(1);
  const auto model = GaussianProcess::Fit(OnALine({0.2, 0.6}, {-1, 3}), h);
  ASSERT_TRUE(model.has_value());
  const double s = h.signal_variance();
  const double diagonal = s + h.noise_variance();
  const double length_scale = std::exp(h.log_length_scales[0]);
  const double off = Kernel(0.4, length_scale, s);
  // By symmetry the profiled mean is the labels' mean, 1, and K^-1 (y - m) = (-2, 2) / (diagonal - off).
  EXPECT_NEAR(model->mean_constant(), 1.0, 1e-14);
  const double k1 = Kernel(0.1, length_scale, s);
  const double k2 = Kernel(0.3, length_scale, s);
  const Prediction prediction = model->Predict(Eigen::MatrixXd::Constant(1, 1, 0.3));
  EXPECT_NEAR(prediction.mean[0], 1.0 + 2 * (k2 - k1) / (diagonal - off), 1e-13);
  const double determinant = diagonal * diagonal - off * off;
  EXPECT_NEAR(prediction.variance[0], s - (diagonal * (k1 * k1 + k2 * k2) - 2 * off * k1 * k2) / determinant, 1e-13);
}

TEST(GaussianProcess, PredictsAVarianceBetweenZeroAndThePrior) {
  Hyperparameters h = SomeHyperparameters(3);
  h.log_noise_variance = std::log(1e-6);
  const TrainingSet data = WavyTrainingSet(3, 80);
  const auto model = GaussianProcess::Fit(data, h);
  ASSERT_TRUE(model.has_value());
  for (const Eigen::MatrixXd& at : {data.features, UniformPoints(3, 500, 9)}) {
    const Prediction prediction = model->Predict(at);
    EXPECT_GE(prediction.variance.minCoeff(), 0.0);
    EXPECT_LE(prediction.variance.maxCoeff(), h.signal_variance());
    EXPECT_LT((prediction.mean - model->PredictMean(at)).cwiseAbs().maxCoeff(), 1e-14);
  }
}

TEST(GaussianProcess, InterpolatesWhenThereIsNoNoise) {
  Hyperparameters h = SomeHyperparameters(2);
  h.log_noise_variance = std::log(1e-10);
  const TrainingSet data = WavyTrainingSet(2, 25);
  const Prediction prediction = GaussianProcess::Fit(data, h)->Predict(data.features);
  EXPECT_LT((prediction.mean - data.labels).cwiseAbs().maxCoeff(), 1e-5);
  EXPECT_LT(prediction.variance.maxCoeff(), 1e-8);
}

TEST(GaussianProcess, SurvivesDuplicatedPointsWithoutNoise) {
  Hyperparameters h = SomeHyperparameters(2);
  h.log_noise_variance = -700;
  TrainingSet data = WavyTrainingSet(2, 30);
  data.features.rightCols(15) = data.features.leftCols(15);
  const auto model = GaussianProcess::Fit(data, h);
  ASSERT_TRUE(model.has_value());
  EXPECT_TRUE(model->Predict(UniformPoints(2, 50, 5)).mean.allFinite());
}

TEST(GaussianProcess, PredictsSlopesThatMatchCentralDifferences) {
  const Eigen::Index dimensions = 3;
  const auto model = GaussianProcess::Fit(WavyTrainingSet(dimensions, 30), SomeHyperparameters(dimensions));
  ASSERT_TRUE(model.has_value());
  const Eigen::MatrixXd points = UniformPoints(dimensions, 5, 21);
  for (Eigen::Index p = 0; p < points.cols(); ++p) {
    const PredictionSlope slope = model->PredictWithSlope(points.col(p));
    const Prediction here = model->Predict(points.col(p));
    EXPECT_NEAR(slope.mean, here.mean[0], 1e-12);
    EXPECT_NEAR(slope.variance, here.variance[0], 1e-12);
    for (Eigen::Index i = 0; i < dimensions; ++i) {
      constexpr double kStep = 1e-5;
      Eigen::MatrixXd sides = points.col(p).replicate(1, 2);
      sides(i, 0) += kStep;
      sides(i, 1) -= kStep;
      const Prediction side = model->Predict(sides);
      EXPECT_NEAR(slope.mean_slope[i], (side.mean[0] - side.mean[1]) / (2 * kStep), 1e-6);
      EXPECT_NEAR(slope.variance_slope[i], (side.variance[0] - side.variance[1]) / (2 * kStep), 1e-6);
    }
  }
}

TEST(GaussianProcess, BelievesWithoutMovingItsMean) {
  const auto model = GaussianProcess::Fit(WavyTrainingSet(2, 20), SomeHyperparameters(2));
  const Eigen::MatrixXd pending = UniformPoints(2, 4, 31);
  const auto believer = model->Believe(pending);
  ASSERT_TRUE(believer.has_value());
  const Eigen::MatrixXd at = UniformPoints(2, 100, 32);
  const Prediction before = model->Predict(at);
  const Prediction after = believer->Predict(at);
  EXPECT_LT((before.mean - after.mean).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_LE((after.variance - before.variance).maxCoeff(), 1e-12);
  EXPECT_LT(believer->Predict(pending).variance.maxCoeff(), std::exp(believer->hyperparameters().log_noise_variance));
}

TEST(GaussianProcess, BelievesAsIfItWereRefitWithItsPredictions) {
  const TrainingSet data = WavyTrainingSet(2, 20);
  const Hyperparameters h = SomeHyperparameters(2);
  const auto model = GaussianProcess::Fit(data, h);
  const Eigen::MatrixXd pending = UniformPoints(2, 5, 31);
  TrainingSet extended = data;
  extended.features.conservativeResize(Eigen::NoChange, 25);
  extended.features.rightCols(5) = pending;
  extended.labels.conservativeResize(25);
  extended.labels.tail(5) = model->PredictMean(pending);
  const auto refit = GaussianProcess::Fit(extended, h);
  const auto believer = model->Believe(pending);
  const Eigen::MatrixXd at = UniformPoints(2, 100, 32);
  EXPECT_LT((refit->Predict(at).mean - believer->Predict(at).mean).cwiseAbs().maxCoeff(), 1e-10);
  EXPECT_LT((refit->Predict(at).variance - believer->Predict(at).variance).cwiseAbs().maxCoeff(), 1e-10);
  EXPECT_NEAR(refit->mean_constant(), believer->mean_constant(), 1e-10);
}

TEST(GaussianProcess, BelievesInTheSamePointManyTimes) {
  const auto model = GaussianProcess::Fit(WavyTrainingSet(2, 10), SomeHyperparameters(2));
  const auto believer = model->Believe(Eigen::MatrixXd::Constant(2, 20, 0.5));
  ASSERT_TRUE(believer.has_value());
  EXPECT_GE(believer->Predict(Eigen::MatrixXd::Constant(2, 1, 0.5)).variance[0], 0.0);
}

}  // namespace
}  // namespace sweepd::gp
