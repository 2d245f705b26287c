#include "server/strategy/gp/marginal_likelihood.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <numbers>

#include "server/strategy/gp/kernel.h"
#include "tests/strategy/gp/training_sets.h"

namespace sweepd::gp {
namespace {

// The log density straight from its definition.
double DenseLogLikelihood(const TrainingSet& data, const Hyperparameters& h) {
  const Eigen::Index n = data.labels.size();
  const Eigen::MatrixXd scaled = ScaleFeatures(data.features, data.dimension_of_feature, h);
  Eigen::MatrixXd covariance = Matern52(SquaredDistances(scaled, scaled), h.signal_variance());
  covariance.diagonal().array() += h.noise_variance();
  const Eigen::MatrixXd inverse = covariance.inverse();
  const double mean = (inverse * data.labels).sum() / inverse.sum();
  const Eigen::VectorXd centred = data.labels.array() - mean;
  return -0.5 * (centred.dot(inverse * centred) + std::log(covariance.determinant()) +
                 static_cast<double>(n) * std::log(2 * std::numbers::pi));
}

TEST(MarginalLikelihood, IsTheNormalDensityWithTheBestConstantMean) {
  const TrainingSet data = WavyTrainingSet(3, 12);
  const Hyperparameters h = SomeHyperparameters(3);
  EXPECT_NEAR(LogMarginalLikelihood(data, h)->value, DenseLogLikelihood(data, h), 1e-9);
}

// Value as a function of all hyperparameters in a row: length scales, signal, noise.
using Density = std::function<LogDensity(const Hyperparameters&)>;

void ExpectSlopesMatchDifferences(const Density& density, const Hyperparameters& h, double tolerance) {
  constexpr double kStep = 1e-5;
  const LogDensity at = density(h);
  const auto difference = [&](auto member) {
    Hyperparameters up = h;
    Hyperparameters down = h;
    member(up) += kStep;
    member(down) -= kStep;
    return (density(up).value - density(down).value) / (2 * kStep);
  };
  for (Eigen::Index i = 0; i < h.log_length_scales.size(); ++i) {
    const auto length_scale = [i](Hyperparameters& x) -> double& { return x.log_length_scales[i]; };
    EXPECT_NEAR(at.length_scale_slope[i], difference(length_scale), tolerance) << "length scale " << i;
  }
  EXPECT_NEAR(at.signal_slope, difference([](Hyperparameters& x) -> double& { return x.log_signal_variance; }),
              tolerance);
  EXPECT_NEAR(at.noise_slope, difference([](Hyperparameters& x) -> double& { return x.log_noise_variance; }),
              tolerance);
}

TEST(MarginalLikelihood, HasSlopesThatMatchCentralDifferences) {
  for (const Eigen::Index dimensions : {1, 2, 5}) {
    const TrainingSet data = WavyTrainingSet(dimensions, 40);
    ExpectSlopesMatchDifferences([&](const Hyperparameters& h) { return *LogMarginalLikelihood(data, h); },
                                 SomeHyperparameters(dimensions), 1e-5);
  }
}

TEST(MarginalLikelihood, SumsTheSlopesOfFeaturesThatShareALengthScale) {
  TrainingSet data = WavyTrainingSet(5, 30);
  data.dimension_of_feature = {0, 0, 0, 1, 1};
  ExpectSlopesMatchDifferences([&](const Hyperparameters& h) { return *LogMarginalLikelihood(data, h); },
                               SomeHyperparameters(2), 1e-5);
}

TEST(MarginalLikelihood, HasAPriorWhoseSlopesMatchCentralDifferences) {
  const HyperparameterPrior prior = DimensionScaledPrior(4);
  ExpectSlopesMatchDifferences([&](const Hyperparameters& h) { return LogPrior(prior, h); }, SomeHyperparameters(4),
                               1e-8);
}

TEST(MarginalLikelihood, HasAPriorThatPeaksAtItsMode) {
  const HyperparameterPrior prior = DimensionScaledPrior(9);
  const Hyperparameters mode{Eigen::VectorXd::Constant(9, prior.length_scale.log_mode()),
                             prior.signal_variance.log_mode(), prior.noise_variance.log_mode()};
  const LogDensity at = LogPrior(prior, mode);
  EXPECT_LT(at.length_scale_slope.cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_NEAR(at.signal_slope, 0, 1e-12);
  EXPECT_NEAR(at.noise_slope, 0, 1e-12);
  EXPECT_NEAR(DimensionScaledPrior(4).length_scale.log_mode() - DimensionScaledPrior(1).length_scale.log_mode(),
              std::log(2.0), 1e-12);
}

}  // namespace
}  // namespace sweepd::gp
