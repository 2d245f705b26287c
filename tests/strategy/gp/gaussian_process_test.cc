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
  EXPECT_NEAR(prediction.mean(0, 0), 2.5, 1e-14);
  EXPECT_NEAR(prediction.mean(0, 1), 2.5, 1e-14);
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
  EXPECT_NEAR(prediction.mean(0, 0), 1.0 + 2 * (k2 - k1) / (diagonal - off), 1e-13);
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
    const Prediction optimistic = model->PredictOptimistically(at);
    EXPECT_LT((prediction.mean - optimistic.mean).cwiseAbs().maxCoeff(), 1e-14);
    EXPECT_GE((optimistic.variance - prediction.variance).minCoeff(), -1e-12);
    EXPECT_LE(optimistic.variance.maxCoeff(), h.signal_variance());
  }
}

TEST(GaussianProcess, InterpolatesWhenThereIsNoNoise) {
  Hyperparameters h = SomeHyperparameters(2);
  h.log_noise_variance = std::log(1e-10);
  const TrainingSet data = WavyTrainingSet(2, 25);
  const Prediction prediction = GaussianProcess::Fit(data, h)->Predict(data.features);
  EXPECT_LT((prediction.mean.transpose() - data.labels).cwiseAbs().maxCoeff(), 1e-5);
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

TEST(GaussianProcess, FitsAtItsOwnPointsWhatItPredictsThere) {
  const TrainingSet data = WavyTrainingSet(2, 25);
  const auto model = GaussianProcess::Fit(data, SomeHyperparameters(2));
  EXPECT_LT((model->FittedMean().transpose() - model->Predict(data.features).mean).cwiseAbs().maxCoeff(), 1e-12);
}

TEST(GaussianProcess, AppendsAsIfItWereFitToAllAtOnce) {
  const TrainingSet all = WavyTrainingSet(2, 90);
  const Hyperparameters h = SomeHyperparameters(2);
  const auto once = GaussianProcess::Fit(all, h);
  TrainingSet first{all.features.leftCols(10), all.labels.head(10), all.dimension_of_feature};
  auto grown = GaussianProcess::Fit(first, h);
  for (Eigen::Index i = 10; i < 90; ++i) {
    ASSERT_TRUE(grown->Append(all.features.col(i), Eigen::VectorXd::Ones(1)));
  }
  grown->SetLabels(all.labels);
  const Eigen::MatrixXd at = UniformPoints(2, 200, 32);
  EXPECT_LT((once->Predict(at).mean - grown->Predict(at).mean).cwiseAbs().maxCoeff(), 1e-9);
  EXPECT_LT((once->Predict(at).variance - grown->Predict(at).variance).cwiseAbs().maxCoeff(), 1e-9);
}

TEST(GaussianProcess, TrustsNoisierObservationsLess) {
  TrainingSet data = OnALine({0.2, 0.6}, {-1, 1});
  data.noise_scales = Eigen::Vector2d(1, 100);
  const auto model = GaussianProcess::Fit(data, SomeHyperparameters(1));
  const Prediction prediction = model->Predict(data.features);
  EXPECT_LT(prediction.variance[0], prediction.variance[1] / 5);
  EXPECT_LT(std::abs(prediction.mean(0, 0) + 1), std::abs(prediction.mean(0, 1) - 1));
}

TEST(GaussianProcess, ModelsSeveralOutputsAsSeveralModels) {
  const TrainingSet data = WavyTrainingSet(2, 30);
  const Hyperparameters h = SomeHyperparameters(2);
  auto both = GaussianProcess::Fit(data, h);
  TrainingSet other = data;
  other.labels = data.features.row(1).transpose().array().square();
  Eigen::MatrixXd labels(30, 2);
  labels << data.labels, other.labels;
  both->SetLabels(labels);
  const Eigen::MatrixXd at = UniformPoints(2, 50, 33);
  const Eigen::MatrixXd means = both->Predict(at).mean;
  EXPECT_LT((means.row(0) - GaussianProcess::Fit(data, h)->Predict(at).mean).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_LT((means.row(1) - GaussianProcess::Fit(other, h)->Predict(at).mean).cwiseAbs().maxCoeff(), 1e-12);
}

TEST(GaussianProcess, BelievesWithoutMovingItsMean) {
  const auto model = GaussianProcess::Fit(WavyTrainingSet(2, 20), SomeHyperparameters(2));
  const Eigen::MatrixXd pending = UniformPoints(2, 4, 31);
  auto believer = model;
  ASSERT_TRUE(believer->Append(pending, Eigen::VectorXd::Ones(4)));
  const Eigen::MatrixXd at = UniformPoints(2, 100, 32);
  const Prediction before = model->Predict(at);
  const Prediction after = believer->Predict(at);
  EXPECT_LT((before.mean - after.mean).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_LE((after.variance - before.variance).maxCoeff(), 1e-12);
  EXPECT_LT(believer->Predict(pending).variance.maxCoeff(), std::exp(believer->hyperparameters().log_noise_variance));

  believer->Truncate(20);
  EXPECT_EQ(believer->Predict(at).mean, before.mean);
  EXPECT_EQ(believer->Predict(at).variance, before.variance);
}

TEST(GaussianProcess, BelievesAsIfItWereRefitWithItsPredictions) {
  const TrainingSet data = WavyTrainingSet(2, 20);
  const Hyperparameters h = SomeHyperparameters(2);
  auto believer = GaussianProcess::Fit(data, h);
  const Eigen::MatrixXd pending = UniformPoints(2, 5, 31);
  TrainingSet extended = data;
  extended.features.conservativeResize(Eigen::NoChange, 25);
  extended.features.rightCols(5) = pending;
  extended.labels.conservativeResize(25);
  extended.labels.tail(5) = believer->Predict(pending).mean.transpose();
  ASSERT_TRUE(believer->Append(pending, Eigen::VectorXd::Ones(5)));
  const auto refit = GaussianProcess::Fit(extended, h);
  const Eigen::MatrixXd at = UniformPoints(2, 100, 32);
  EXPECT_LT((refit->Predict(at).mean - believer->Predict(at).mean).cwiseAbs().maxCoeff(), 1e-10);
  EXPECT_LT((refit->Predict(at).variance - believer->Predict(at).variance).cwiseAbs().maxCoeff(), 1e-10);
  EXPECT_NEAR(refit->mean_constant(), believer->mean_constant(), 1e-10);
}

TEST(GaussianProcess, BelievesInTheSamePointManyTimes) {
  auto model = GaussianProcess::Fit(WavyTrainingSet(2, 10), SomeHyperparameters(2));
  ASSERT_TRUE(model->Append(Eigen::MatrixXd::Constant(2, 20, 0.5), Eigen::VectorXd::Ones(20)));
  EXPECT_GE(model->Predict(Eigen::MatrixXd::Constant(2, 1, 0.5)).variance[0], 0.0);
}

}  // namespace
}  // namespace sweepd::gp
