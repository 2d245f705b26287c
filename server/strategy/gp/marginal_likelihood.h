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

// The law of a positive number whose logarithm is normal with this mean and deviation.
struct LogNormal {
  double mean = 0;
  double deviation = 1;

  // The logarithm of the most probable number.
  double log_mode() const { return mean - deviation * deviation; }
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

// The log density of the hyperparameters themselves, up to a constant, with its slopes by their logarithms. Density of
// the numbers, not of their logarithms: the latter's mode is exp(deviation^2) = 20 times longer length scales, and was
// measured to need about twice the trials on the benchmark functions.
LogDensity LogPrior(const HyperparameterPrior& prior, const Hyperparameters& hyperparameters);

}  // namespace sweepd::gp
