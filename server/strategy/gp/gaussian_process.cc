#include "server/strategy/gp/gaussian_process.h"

#include <algorithm>
#include <cmath>

#include "server/strategy/gp/kernel.h"

namespace sweepd::gp {
namespace {

// Points for which room is made at a time.
constexpr Eigen::Index kRoom = 64;

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
  model.scaled_features_.resize(data.features.rows(), 0);
  model.labels_.resize(0, 1);
  model.weights_.resize(0, 1);
  model.mean_constants_ = Eigen::VectorXd::Zero(1);
  const Eigen::VectorXd ones = Eigen::VectorXd::Ones(data.labels.size());
  if (!model.Append(data.features, data.noise_scales.size() == 0 ? ones : data.noise_scales)) return std::nullopt;
  model.SetLabels(data.labels);
  return model;
}

void GaussianProcess::Reserve(Eigen::Index count) {
  if (count <= scaled_features_.cols()) return;
  const Eigen::Index room = size_ == 0 ? count : count + kRoom;
  scaled_features_.conservativeResize(Eigen::NoChange, room);
  lower_inverse_.conservativeResizeLike(Eigen::MatrixXd::Zero(room, room));
  noise_variances_.conservativeResize(room);
}

bool GaussianProcess::Append(const Eigen::MatrixXd& features, const Eigen::VectorXd& noise_scales) {
  const Eigen::Index n = size_;
  const Eigen::Index added = features.cols();
  if (added == 0) return true;
  const Eigen::MatrixXd scaled = Scale(features);
  const double signal = hyperparameters_.signal_variance();
  Eigen::MatrixXd corner = Matern52(SquaredDistances(scaled, scaled), signal);
  const Eigen::VectorXd noise = hyperparameters_.noise_variance() * noise_scales;
  corner.diagonal() = noise.array() + signal;
  Eigen::MatrixXd whitened;
  if (n > 0) {
    whitened =
        lower_inverse().triangularView<Eigen::Lower>() * Matern52(SquaredDistances(scaled_features(), scaled), signal);
    corner.noalias() -= whitened.transpose() * whitened;
  }
  const std::optional<CholeskyFactor> factor = FactorWithJitter(corner);
  if (!factor.has_value()) return false;

  Reserve(n + added);
  // [L 0; B C] with B = whitened'; its inverse is [L^-1 0; -C^-1 B L^-1  C^-1].
  const Eigen::MatrixXd corner_inverse = InvertLower(factor->lower);
  if (n > 0) {
    lower_inverse_.block(n, 0, added, n).noalias() =
        -corner_inverse * (whitened.transpose() * lower_inverse().triangularView<Eigen::Lower>());
    lower_inverse_.block(0, n, n, added).setZero();
  }
  lower_inverse_.block(n, n, added, added) = corner_inverse;
  scaled_features_.middleCols(n, added) = scaled;
  noise_variances_.segment(n, added) = noise.array() + factor->jitter;
  size_ = n + added;
  // An observation that equals its prediction has no weight and moves no other weight.
  weights_.conservativeResizeLike(Eigen::MatrixXd::Zero(size_, weights_.cols()));
  return true;
}

void GaussianProcess::Truncate(Eigen::Index count) {
  size_ = count;
  weights_.conservativeResize(count, Eigen::NoChange);
}

void GaussianProcess::SetLabels(const Eigen::MatrixXd& labels) {
  const Eigen::Index n = labels.rows();
  const auto inverse = lower_inverse_.topLeftCorner(n, n).triangularView<Eigen::Lower>();
  const Eigen::VectorXd ones = inverse * Eigen::VectorXd::Ones(n);
  Eigen::MatrixXd whitened = inverse * labels;
  mean_constants_ = (whitened.transpose() * ones) / ones.squaredNorm();
  whitened.noalias() -= ones * mean_constants_.transpose();
  labels_ = labels;
  weights_ = Eigen::MatrixXd::Zero(size_, labels.cols());
  weights_.topRows(n) = inverse.transpose() * whitened;
}

Eigen::MatrixXd GaussianProcess::CovarianceWith(const Eigen::MatrixXd& features) const {
  return Matern52(SquaredDistances(scaled_features(), Scale(features)), hyperparameters_.signal_variance());
}

Eigen::MatrixXd GaussianProcess::MeanBy(const Eigen::MatrixXd& covariance) const {
  return (weights_.transpose() * covariance).colwise() + mean_constants_;
}

Eigen::VectorXd GaussianProcess::VarianceBy(const Eigen::MatrixXd& whitened) const {
  return (hyperparameters_.signal_variance() - whitened.colwise().squaredNorm().array()).cwiseMax(0.0).transpose();
}

Prediction GaussianProcess::Predict(const Eigen::MatrixXd& features) const {
  const Eigen::MatrixXd covariance = CovarianceWith(features);
  return {MeanBy(covariance), VarianceBy(lower_inverse().triangularView<Eigen::Lower>() * covariance)};
}

Prediction GaussianProcess::PredictOptimistically(const Eigen::MatrixXd& features) const {
  const Eigen::MatrixXd covariance = CovarianceWith(features);
  const double total = hyperparameters_.signal_variance() + noise_variances_.head(size_).minCoeff();
  return {MeanBy(covariance), VarianceBy(covariance.colwise().maxCoeff() / std::sqrt(total))};
}

Eigen::VectorXd GaussianProcess::FittedMean() const {
  // K w = y - m with K = k(X, X) + noise, so that k(X, X) w + m = y - noise w.
  const Eigen::Index n = labels_.rows();
  return labels_.col(0) - noise_variances_.head(n).cwiseProduct(weights_.col(0).head(n));
}

Eigen::MatrixXd GaussianProcess::Scale(const Eigen::MatrixXd& features) const {
  return inverse_scales_.asDiagonal() * features;
}

}  // namespace sweepd::gp
