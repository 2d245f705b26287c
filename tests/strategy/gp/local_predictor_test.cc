#include "server/strategy/gp/local_predictor.h"

#include <gtest/gtest.h>

#include "tests/strategy/gp/training_sets.h"

namespace sweepd::gp {
namespace {

// Two outputs, of which the second has labels of its own.
GaussianProcess TwoOutputs(Eigen::Index dimensions, Eigen::Index n) {
  const TrainingSet data = WavyTrainingSet(dimensions, n);
  GaussianProcess model = *GaussianProcess::Fit(data, SomeHyperparameters(dimensions));
  Eigen::MatrixXd labels(n, 2);
  labels << data.labels, data.features.row(dimensions - 1).transpose();
  model.SetLabels(labels);
  return model;
}

class LocalPrediction : public testing::TestWithParam<Eigen::Index> {};

TEST_P(LocalPrediction, HasSlopesThatMatchCentralDifferences) {
  const Eigen::Index dimensions = 3;
  const GaussianProcess model = TwoOutputs(dimensions, GetParam());
  const Eigen::MatrixXd points = UniformPoints(dimensions, 5, 21);
  for (Eigen::Index p = 0; p < points.cols(); ++p) {
    const LocalPredictor predictor(model, points.col(p));
    const PredictionSlope slope = predictor.PredictWithSlope(points.col(p));
    const Prediction here = predictor.Predict(points.col(p));
    EXPECT_LT((slope.mean - here.mean.col(0)).cwiseAbs().maxCoeff(), 1e-11);
    EXPECT_NEAR(slope.variance, here.variance[0], 1e-11);
    for (Eigen::Index i = 0; i < dimensions; ++i) {
      constexpr double kStep = 1e-5;
      Eigen::MatrixXd sides = points.col(p).replicate(1, 2);
      sides(i, 0) += kStep;
      sides(i, 1) -= kStep;
      const Prediction side = predictor.Predict(sides);
      for (Eigen::Index output = 0; output < 2; ++output) {
        EXPECT_NEAR(slope.mean_slope(i, output), (side.mean(output, 0) - side.mean(output, 1)) / (2 * kStep), 2e-6);
      }
      EXPECT_NEAR(slope.variance_slope[i], (side.variance[0] - side.variance[1]) / (2 * kStep), 2e-6);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, LocalPrediction, testing::Values(2, 30, LocalPredictor::kAll, 400),
                         testing::PrintToStringParamName());

TEST(LocalPredictor, HasTheMeanOfTheModelAndNoLessVariance) {
  const GaussianProcess model = TwoOutputs(2, 400);
  const Eigen::MatrixXd at = UniformPoints(2, 50, 3);
  for (Eigen::Index i = 0; i < at.cols(); ++i) {
    const Prediction local = LocalPredictor(model, at.col(i)).Predict(at);
    const Prediction exact = model.Predict(at);
    EXPECT_LT((local.mean - exact.mean).cwiseAbs().maxCoeff(), 1e-12);
    EXPECT_GE((local.variance - exact.variance).minCoeff(), -1e-9);
    EXPECT_LT(local.variance[i], 1.5 * exact.variance[i] + 1e-9);
  }
}

}  // namespace
}  // namespace sweepd::gp
