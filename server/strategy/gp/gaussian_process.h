// Exact Gaussian-process regression with a constant mean: conditioning and prediction.
//
// Labels are modelled as y = m + f(x) + e, f with the Matern 5/2 covariance of kernel.h, e independent normal noise.
// The constant m is not a hyperparameter: it is profiled, that is, set to its generalised least-squares value 1'K^-1 y
// / 1'K^-1 1. Predictions are of f + m, without noise. Several *outputs* may share the covariance, each with labels of
// its own: the objective, and whether a trial fails.
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
  // Of each observation: its noise variance as a multiple of the model's. Empty: 1 for all.
  Eigen::VectorXd noise_scales = {};

  double noise_scale(Eigen::Index i) const { return noise_scales.size() == 0 ? 1.0 : noise_scales[i]; }
};

// x_j / l_j for every feature.
Eigen::MatrixXd ScaleFeatures(const Eigen::MatrixXd& features, const std::vector<Eigen::Index>& dimension_of_feature,
                              const Hyperparameters& hyperparameters);

// The generalised least-squares constant for K = L L'.
double ProfiledMean(const CholeskyFactor& factor, const Eigen::VectorXd& labels);

struct Prediction {
  Eigen::MatrixXd mean;      // outputs x points
  Eigen::VectorXd variance;  // of f, the same for every output; in [0, signal variance]
};

// A model that is conditioned on points one after the other, and on labels for all of them at once, because a new label
// may change the scale of all. A value type; const access is thread-safe.
//
// The state after Append depends on the order in which points came, by rounding alone; the same calls give the same
// bits.
class GaussianProcess {
 public:
  // The model of some observations, with one output. nullopt when the covariance is not positive definite even with the
  // largest jitter. At least one observation. O(n^3).
  static std::optional<GaussianProcess> Fit(const TrainingSet& data, const Hyperparameters& hyperparameters);

  // Conditions the variance on k further points: features d x k, noise variances as multiples of the model's. Until
  // labels come they count as if each had been observed at its posterior mean ("kriging believer", Ginsbourger, Le
  // Riche, Carraro 2010): means stay as they are everywhere, the variance shrinks around the points. False, without a
  // change, when the covariance is not positive definite even with the largest jitter. O(n^2 k).
  bool Append(const Eigen::MatrixXd& features, const Eigen::VectorXd& noise_scales);

  // Takes the last points back, so that `count` remain; those must have been there when labels were last given.
  void Truncate(Eigen::Index count);

  // Gives the first rows of `labels` points their labels, one column per output; points beyond them are believed.
  // O(n^2) per output.
  void SetLabels(const Eigen::MatrixXd& labels);

  // At the columns of `features`; d x b. O(n^2 b).
  Prediction Predict(const Eigen::MatrixXd& features) const;

  // The same in O(n b), but for the variance an upper bound: what is left of it when only the nearest point is known.
  Prediction PredictOptimistically(const Eigen::MatrixXd& features) const;

  // The first output's mean at the labelled points; O(n).
  Eigen::VectorXd FittedMean() const;

  // Points it is conditioned on.
  Eigen::Index size() const { return size_; }
  const Hyperparameters& hyperparameters() const { return hyperparameters_; }
  double mean_constant(Eigen::Index output = 0) const { return mean_constants_[output]; }

 private:
  friend class LocalPredictor;

  GaussianProcess() = default;
  Eigen::MatrixXd Scale(const Eigen::MatrixXd& features) const;
  // k of every point and the columns of `features`: points x b. And the means that follow from it, outputs x b.
  Eigen::MatrixXd CovarianceWith(const Eigen::MatrixXd& features) const;
  Eigen::MatrixXd MeanBy(const Eigen::MatrixXd& covariance) const;
  // What is left of the signal variance, given L^-1 times the covariances in the columns.
  Eigen::VectorXd VarianceBy(const Eigen::MatrixXd& whitened) const;
  void Reserve(Eigen::Index count);
  auto scaled_features() const { return scaled_features_.leftCols(size_); }
  auto lower_inverse() const { return lower_inverse_.topLeftCorner(size_, size_); }

  Hyperparameters hyperparameters_;
  std::vector<Eigen::Index> dimension_of_feature_;
  Eigen::VectorXd inverse_scales_;  // 1 / l of every feature
  Eigen::Index size_ = 0;           // of what follows the first size_ columns (and rows) count
  Eigen::MatrixXd scaled_features_;
  Eigen::MatrixXd lower_inverse_;    // L^-1: turns every triangular solve into a product
  Eigen::VectorXd noise_variances_;  // on the diagonal, jitter included
  Eigen::MatrixXd labels_;           // as given: labelled points x outputs
  Eigen::MatrixXd weights_;          // K^-1 (y - m), points x outputs; 0 for believed ones
  Eigen::VectorXd mean_constants_;   // one per output
};

}  // namespace sweepd::gp
