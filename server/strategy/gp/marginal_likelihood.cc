#include "server/strategy/gp/marginal_likelihood.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "server/strategy/gp/kernel.h"

namespace sweepd::gp {
namespace {

// The slope by log x of the log density of x; its value is added to `value`.
double AddLogNormal(const LogNormal& law, double log_x, double& value) {
  const double z = (log_x - law.mean) / law.deviation;
  value -= 0.5 * z * z + log_x;
  return -z / law.deviation - 1.0;
}

}  // namespace

std::optional<LogDensity> LogMarginalLikelihood(const TrainingSet& data, const Hyperparameters& hyperparameters) {
  const Eigen::Index n = data.labels.size();
  const double noise = hyperparameters.noise_variance();
  const Eigen::MatrixXd scaled = ScaleFeatures(data.features, data.dimension_of_feature, hyperparameters);
  Matern52Slope kernel = Matern52WithSlope(SquaredDistances(scaled, scaled), hyperparameters.signal_variance());
  kernel.value.diagonal().setConstant(hyperparameters.signal_variance());
  Eigen::MatrixXd covariance = kernel.value;
  const Eigen::VectorXd noise_scales = data.noise_scales.size() == 0 ? Eigen::VectorXd::Ones(n) : data.noise_scales;
  covariance.diagonal() += noise * noise_scales;
  const std::optional<CholeskyFactor> factor = FactorWithJitter(covariance);
  if (!factor.has_value()) return std::nullopt;

  const Eigen::MatrixXd inverse = InverseFromLowerInverse(InvertLower(factor->lower));
  const Eigen::VectorXd centred = data.labels.array() - ProfiledMean(*factor, data.labels);
  const Eigen::VectorXd weights = inverse * centred;
  LogDensity density;
  density.value = -0.5 * (centred.dot(weights) + factor->LogDeterminant() +
                          static_cast<double>(n) * std::log(2.0 * std::numbers::pi));

  const Eigen::MatrixXd w = weights * weights.transpose() - inverse;
  density.signal_slope = 0.5 * w.cwiseProduct(kernel.value).sum();
  density.noise_slope = 0.5 * noise * w.diagonal().dot(noise_scales);
  const Eigen::MatrixXd m = w.cwiseProduct(kernel.slope);
  const Eigen::VectorXd row_sums = m.rowwise().sum();
  const Eigen::VectorXd by_feature =
      -2.0 * (scaled.cwiseAbs2() * row_sums - (scaled * m).cwiseProduct(scaled).rowwise().sum());
  density.length_scale_slope = Eigen::VectorXd::Zero(hyperparameters.log_length_scales.size());
  for (Eigen::Index feature = 0; feature < by_feature.size(); ++feature) {
    density.length_scale_slope[data.dimension_of_feature[static_cast<size_t>(feature)]] += by_feature[feature];
  }
  return density;
}

HyperparameterPrior DimensionScaledPrior(Eigen::Index dimensions) {
  const double scaling = 0.5 * std::log(static_cast<double>(std::max<Eigen::Index>(dimensions, 1)));
  return {.length_scale = {std::numbers::sqrt2 + scaling, std::numbers::sqrt3},
          .signal_variance = {0, 1},
          .noise_variance = {-4, 1}};
}

LogDensity LogPrior(const HyperparameterPrior& prior, const Hyperparameters& hyperparameters) {
  LogDensity density;
  density.length_scale_slope.resize(hyperparameters.log_length_scales.size());
  for (Eigen::Index i = 0; i < density.length_scale_slope.size(); ++i) {
    density.length_scale_slope[i] =
        AddLogNormal(prior.length_scale, hyperparameters.log_length_scales[i], density.value);
  }
  density.signal_slope = AddLogNormal(prior.signal_variance, hyperparameters.log_signal_variance, density.value);
  density.noise_slope = AddLogNormal(prior.noise_variance, hyperparameters.log_noise_variance, density.value);
  return density;
}

}  // namespace sweepd::gp
