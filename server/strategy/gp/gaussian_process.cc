#include "server/strategy/gp/gaussian_process.h"

#include <algorithm>
#include <cmath>

#include "server/strategy/gp/kernel.h"

namespace sweepd::gp {
namespace {

Eigen::VectorXd InverseScales(const std::vector<Eigen::Index>& dimension_of_feature,
                              const Hyperparameters& hyperparameters) {
  Eigen::VectorXd inverse(static_cast<Eigen::Index>(dimension_of_feature.size()));
  for (size_t i = 0; i < dimension_of_feature.size(); ++i) {
    inverse[static_cast<Eigen::Index>(i)] = std::exp(-hyperparameters.log_length_scales[dimension_of_feature[i]]);
  }
  return inverse;
}

}  // namespace

double Hyperparameters::signal_variance() const { return std::exp(log_signal_variance); }
double Hyperparameters::noise_variance() const { return std::exp(log_noise_variance); }

Eigen::MatrixXd ScaleFeatures(const Eigen::MatrixXd& features, const std::vector<Eigen::Index>& dimension_of_feature,
                              const Hyperparameters& hyperparameters) {
  return InverseScales(dimension_of_feature, hyperparameters).asDiagonal() * features;
}

double ProfiledMean(const CholeskyFactor& factor, const Eigen::VectorXd& labels) {
  const auto lower = factor.lower.triangularView<Eigen::Lower>();
  const Eigen::VectorXd ones = lower.solve(Eigen::VectorXd::Ones(labels.size()));
  const Eigen::VectorXd whitened = lower.solve(labels);
  return ones.dot(whitened) / ones.squaredNorm();
}

std::optional<GaussianProcess> GaussianProcess::Fit(const TrainingSet& data, const Hyperparameters& hyperparameters) {
  GaussianProcess model;
  model.hyperparameters_ = hyperparameters;
  model.dimension_of_feature_ = data.dimension_of_feature;
  model.inverse_scales_ = InverseScales(data.dimension_of_feature, hyperparameters);
  model.scaled_features_ = model.Scale(data.features);
  Eigen::MatrixXd covariance =
      Matern52(SquaredDistances(model.scaled_features_, model.scaled_features_), hyperparameters.signal_variance());
  covariance.diagonal().setConstant(hyperparameters.signal_variance() + hyperparameters.noise_variance());
  std::optional<CholeskyFactor> factor = FactorWithJitter(covariance);
  if (!factor.has_value()) return std::nullopt;
  model.factor_ = *std::move(factor);
  model.lower_inverse_ = InvertLower(model.factor_.lower);
  model.mean_constant_ = ProfiledMean(model.factor_, data.labels);
  const Eigen::VectorXd centred = data.labels.array() - model.mean_constant_;
  model.weights_ = model.lower_inverse_.transpose() * (model.lower_inverse_ * centred);
  return model;
}

std::optional<GaussianProcess> GaussianProcess::Believe(const Eigen::MatrixXd& features) const {
  const Eigen::Index n = scaled_features_.cols();
  const Eigen::Index added = features.cols();
  if (added == 0) return *this;
  const Eigen::MatrixXd scaled = Scale(features);
  const double signal = hyperparameters_.signal_variance();
  const Eigen::MatrixXd cross = lower_inverse_ * Matern52(SquaredDistances(scaled_features_, scaled), signal);
  Eigen::MatrixXd corner = Matern52(SquaredDistances(scaled, scaled), signal);
  corner.diagonal().setConstant(signal + hyperparameters_.noise_variance() + factor_.jitter);
  corner.noalias() -= cross.transpose() * cross;
  const std::optional<CholeskyFactor> factor = FactorWithJitter(corner);
  if (!factor.has_value()) return std::nullopt;

  GaussianProcess model = *this;
  model.scaled_features_.conservativeResize(Eigen::NoChange, n + added);
  model.scaled_features_.rightCols(added) = scaled;
  // [L 0; B C] with B = cross'; its inverse is [L^-1 0; -C^-1 B L^-1  C^-1].
  model.factor_.lower.conservativeResizeLike(Eigen::MatrixXd::Zero(n + added, n + added));
  model.factor_.lower.bottomLeftCorner(added, n) = cross.transpose();
  model.factor_.lower.bottomRightCorner(added, added) = factor->lower;
  const Eigen::MatrixXd corner_inverse = InvertLower(factor->lower);
  model.lower_inverse_.conservativeResizeLike(Eigen::MatrixXd::Zero(n + added, n + added));
  model.lower_inverse_.bottomLeftCorner(added, n) = -corner_inverse * (cross.transpose() * lower_inverse_);
  model.lower_inverse_.bottomRightCorner(added, added) = corner_inverse;
  // An observation that equals its prediction has no weight and moves no other weight.
  model.weights_.conservativeResizeLike(Eigen::VectorXd::Zero(n + added));
  return model;
}

Prediction GaussianProcess::Predict(const Eigen::MatrixXd& features) const {
  const double signal = hyperparameters_.signal_variance();
  const Eigen::MatrixXd covariance = Matern52(SquaredDistances(scaled_features_, Scale(features)), signal);
  const Eigen::MatrixXd whitened = lower_inverse_.triangularView<Eigen::Lower>() * covariance;
  Prediction prediction;
  prediction.mean = (covariance.transpose() * weights_).array() + mean_constant_;
  prediction.variance = (signal - whitened.colwise().squaredNorm().array()).cwiseMax(0.0).transpose();
  return prediction;
}

Eigen::VectorXd GaussianProcess::PredictMean(const Eigen::MatrixXd& features) const {
  const Eigen::MatrixXd covariance =
      Matern52(SquaredDistances(scaled_features_, Scale(features)), hyperparameters_.signal_variance());
  return (covariance.transpose() * weights_).array() + mean_constant_;
}

PredictionSlope GaussianProcess::PredictWithSlope(const Eigen::VectorXd& features) const {
  const double signal = hyperparameters_.signal_variance();
  const Eigen::VectorXd scaled = inverse_scales_.cwiseProduct(features);
  // Differences rather than norms: near an observation the expanded square has lost its digits.
  const Eigen::MatrixXd difference = (-scaled_features_).colwise() + scaled;
  const Eigen::VectorXd squared = difference.colwise().squaredNorm().transpose();
  const Matern52Slope kernel = Matern52WithSlope(squared, signal);
  const Eigen::VectorXd whitened = lower_inverse_.triangularView<Eigen::Lower>() * kernel.value.col(0);
  const Eigen::VectorXd solved = lower_inverse_.transpose().triangularView<Eigen::Upper>() * whitened;
  // dk_i/dx_j = 2 dk/dr^2 (x_j - x_ij) / l_j^2; mean = k'w + m; variance = s - k'K^-1 k.
  const Eigen::VectorXd mean_pull = kernel.slope.col(0).cwiseProduct(weights_);
  const Eigen::VectorXd variance_pull = kernel.slope.col(0).cwiseProduct(solved);
  PredictionSlope slope;
  slope.mean = kernel.value.col(0).dot(weights_) + mean_constant_;
  slope.variance = std::max(0.0, signal - whitened.squaredNorm());
  slope.mean_slope = 2.0 * inverse_scales_.cwiseProduct(difference * mean_pull);
  slope.variance_slope = -4.0 * inverse_scales_.cwiseProduct(difference * variance_pull);
  return slope;
}

Eigen::MatrixXd GaussianProcess::Scale(const Eigen::MatrixXd& features) const {
  return inverse_scales_.asDiagonal() * features;
}

}  // namespace sweepd::gp
