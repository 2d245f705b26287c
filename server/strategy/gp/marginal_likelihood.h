// How well hyperparameters explain the labels: log marginal likelihood plus log prior, with the gradient.
#pragma once

#include <Eigen/Core>
#include <optional>

#include "server/strategy/gp/gaussian_process.h"

namespace sweepd::gp {

// A value with its derivatives by every log length scale, the log signal variance and the log noise variance.
struct LogDensity {
  double value = 0;
  Eigen::VectorXd length_scale_slope;
  double signal_slope = 0;
  double noise_slope = 0;
};

// log p(y | X, hyperparameters) with the constant mean profiled out. nullopt when the covariance is not positive
// definite even with the largest jitter.
//
// All derivatives come from one inverse: with W = a a' - K^-1, a = K^-1 (y - m), the derivative by a hyperparameter t
// is tr(W dK/dt) / 2. For the length scales, with M = W o dK/dr^2 and z the scaled features, it is -sum_ik M_ik (z_ij -
// z_kj)^2 = -2 (sum_i z_ij^2 (M 1)_i - z_j' M z_j): one d x n x n product for all of them. That m depends on the
// hyperparameters adds nothing, since the likelihood is stationary in m. O(n^3 + d n^2).
//
// Rasmussen, Williams (2006), equations 5.8 and 5.9.
std::optional<LogDensity> LogMarginalLikelihood(const TrainingSet& data, const Hyperparameters& hyperparameters);

// A normal law of a logarithm.
struct LogNormal {
  double mean = 0;
  double deviation = 1;
};

// What is believed before any label is seen. Labels are standardised.
struct HyperparameterPrior {
  LogNormal length_scale;
  LogNormal signal_variance;
  LogNormal noise_variance;
};

// Length scales grow with the square root of the dimension, so that the expected number of features does not (Hvarfner,
// Hellsten, Nardi 2024, arXiv:2402.02229); the noise is small, the signal explains the labels' unit variance.
HyperparameterPrior DimensionScaledPrior(Eigen::Index dimensions);

// The log density of the *logarithms* under the prior (so it includes the Jacobian of the log), up to a constant.
LogDensity LogPrior(const HyperparameterPrior& prior, const Hyperparameters& hyperparameters);

}  // namespace sweepd::gp
