// Exact Gaussian-process regression with a constant mean: conditioning and prediction.
//
// Labels are modelled as y = m + f(x) + e, f with the Matern 5/2 covariance of kernel.h, e independent normal noise.
// The constant m is not a hyperparameter: it is profiled, that is, set to its generalised least-squares value 1'K^-1 y
// / 1'K^-1 1. Predictions are of f + m, without noise.
//
// Rasmussen, Williams (2006), algorithm 2.1.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "server/strategy/gp/cholesky.h"

namespace sweepd::gp {

// Natural logarithms, in which the posterior of these positive numbers is closest to a normal one.
struct Hyperparameters {
  Eigen::VectorXd log_length_scales;  // one per dimension, in units of the unit interval
  double log_signal_variance = 0;
  double log_noise_variance = 0;

  double signal_variance() const;
  double noise_variance() const;
};

// n observations: features d x n (one column each), labels n, and the dimension whose length scale each feature uses.
struct TrainingSet {
  Eigen::MatrixXd features;
  Eigen::VectorXd labels;
  std::vector<Eigen::Index> dimension_of_feature;
};

// x_j / l_j for every feature.
Eigen::MatrixXd ScaleFeatures(const Eigen::MatrixXd& features, const std::vector<Eigen::Index>& dimension_of_feature,
                              const Hyperparameters& hyperparameters);

// The generalised least-squares constant for K = L L'.
double ProfiledMean(const CholeskyFactor& factor, const Eigen::VectorXd& labels);

struct Prediction {
  Eigen::VectorXd mean;
  Eigen::VectorXd variance;  // of f; in [0, signal variance]
};

// At one point, with the derivatives by its features.
struct PredictionSlope {
  double mean = 0;
  double variance = 0;
  Eigen::VectorXd mean_slope;
  Eigen::VectorXd variance_slope;
};

// A conditioned model. A value type: copy and share it freely, const access is thread-safe.
class GaussianProcess {
 public:
  // nullopt when the covariance is not positive definite even with the largest jitter. At least one observation.
  // O(n^3).
  static std::optional<GaussianProcess> Fit(const TrainingSet& data, const Hyperparameters& hyperparameters);

  // The same model conditioned on further points as if each had been observed at its posterior mean ("kriging
  // believer", Ginsbourger, Le Riche, Carraro 2010): the mean stays as it is everywhere, the variance shrinks around
  // the points. nullopt as for Fit. O(n^2) per point.
  std::optional<GaussianProcess> Believe(const Eigen::MatrixXd& features) const;

  // At the columns of `features`; d x b. O(n^2 b).
  Prediction Predict(const Eigen::MatrixXd& features) const;

  // The mean alone; O(n b).
  Eigen::VectorXd PredictMean(const Eigen::MatrixXd& features) const;

  // At one point; O(n^2).
  PredictionSlope PredictWithSlope(const Eigen::VectorXd& features) const;

  const Hyperparameters& hyperparameters() const { return hyperparameters_; }
  double mean_constant() const { return mean_constant_; }

 private:
  GaussianProcess() = default;
  Eigen::MatrixXd Scale(const Eigen::MatrixXd& features) const;

  Hyperparameters hyperparameters_;
  std::vector<Eigen::Index> dimension_of_feature_;
  Eigen::VectorXd inverse_scales_;  // 1 / l of every feature
  Eigen::MatrixXd scaled_features_;
  CholeskyFactor factor_;
  Eigen::MatrixXd lower_inverse_;  // L^-1: turns every later triangular solve into a product
  Eigen::VectorXd weights_;        // K^-1 (y - m)
  double mean_constant_ = 0;
};

}  // namespace sweepd::gp
