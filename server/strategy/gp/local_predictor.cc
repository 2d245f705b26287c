#include "server/strategy/gp/local_predictor.h"

#include <algorithm>
#include <numeric>

#include "server/strategy/gp/kernel.h"

namespace sweepd::gp {

LocalPredictor::LocalPredictor(const GaussianProcess& model, const Eigen::VectorXd& features) : model_(model) {
  if (model.size() <= kAll) return;
  const Eigen::VectorXd distances = SquaredDistances(model.scaled_features(), model.Scale(features));
  nearest_.resize(static_cast<size_t>(model.size()));
  std::iota(nearest_.begin(), nearest_.end(), 0);
  std::nth_element(nearest_.begin(), nearest_.begin() + kNearest, nearest_.end(), [&](Eigen::Index a, Eigen::Index b) {
    return distances[a] < distances[b] || (distances[a] == distances[b] && a < b);
  });
  nearest_.resize(kNearest);
  std::sort(nearest_.begin(), nearest_.end());
  const Eigen::MatrixXd scaled = model.scaled_features()(Eigen::all, nearest_);
  const double signal = model.hyperparameters_.signal_variance();
  Eigen::MatrixXd covariance = Matern52(SquaredDistances(scaled, scaled), signal);
  covariance.diagonal() = model.noise_variances_(nearest_).array() + signal;
  const std::optional<CholeskyFactor> factor = FactorWithJitter(covariance);
  if (factor.has_value()) {
    lower_inverse_ = InvertLower(factor->lower);
  } else {
    nearest_.clear();
  }
}

Prediction LocalPredictor::Predict(const Eigen::MatrixXd& features) const {
  if (!is_local()) return model_.Predict(features);
  const Eigen::MatrixXd covariance = model_.CovarianceWith(features);
  return {model_.MeanBy(covariance),
          model_.VarianceBy(lower_inverse_.triangularView<Eigen::Lower>() * covariance(nearest_, Eigen::all))};
}

PredictionSlope LocalPredictor::PredictWithSlope(const Eigen::VectorXd& features) const {
  const double signal = model_.hyperparameters_.signal_variance();
  const Eigen::VectorXd scaled = model_.inverse_scales_.cwiseProduct(features);
  // Differences rather than norms: near an observation the expanded square has lost its digits.
  const Eigen::MatrixXd difference = (-model_.scaled_features()).colwise() + scaled;
  const Eigen::VectorXd squared = difference.colwise().squaredNorm().transpose();
  const Matern52Slope kernel = Matern52WithSlope(squared, signal);
  const auto value = kernel.value.col(0);
  const auto slope = kernel.slope.col(0);
  PredictionSlope result;
  // dk_i/dx_j = 2 dk/dr^2 (x_j - x_ij) / l_j^2; mean = k'w + m; variance = s - k'K^-1 k.
  result.mean = model_.weights_.transpose() * value + model_.mean_constants_;
  result.mean_slope =
      2.0 * (model_.inverse_scales_.asDiagonal() * (difference * (slope.asDiagonal() * model_.weights_)));
  const auto shrink = [&](const auto& lower_inverse, const Eigen::VectorXd& covariance,
                          const Eigen::VectorXd& covariance_slope, const auto& offsets) {
    const Eigen::VectorXd whitened = lower_inverse.template triangularView<Eigen::Lower>() * covariance;
    const Eigen::VectorXd solved = lower_inverse.transpose().template triangularView<Eigen::Upper>() * whitened;
    result.variance = std::max(0.0, signal - whitened.squaredNorm());
    result.variance_slope = -4.0 * model_.inverse_scales_.cwiseProduct(offsets * covariance_slope.cwiseProduct(solved));
  };
  if (is_local()) {
    shrink(lower_inverse_, value(nearest_), slope(nearest_), difference(Eigen::all, nearest_));
  } else {
    shrink(model_.lower_inverse(), value, slope, difference);
  }
  return result;
}

}  // namespace sweepd::gp
