// The most probable hyperparameters of a Gaussian process given its labels (maximum a posteriori).
#pragma once

#include "common/rng.h"
#include "server/strategy/gp/gaussian_process.h"

namespace sweepd::gp {

// Bounds. A length scale below the floor would let neighbouring points lose all correlation; a noise floor of 1e-4
// instead of 1e-6 was seen to stall late progress on smooth objectives.
inline constexpr double kMinLengthScale = 0.025;
inline constexpr double kMaxLengthScale = 1000;
inline constexpr double kMinNoiseVariance = 1e-6;
inline constexpr double kMaxNoiseVariance = 4;
inline constexpr double kMinSignalVariance = 1e-2;
inline constexpr double kMaxSignalVariance = 1e2;

// Below this many observations the signal variance stays 1: so few labels cannot tell it from the length scales.
inline constexpr Eigen::Index kFreeSignalFrom = 20;

// Maximises log marginal likelihood + DimensionScaledPrior over the logarithms, from several starts: the prior's mode,
// longer length scales, a random one. Where there are many observations the starts are compared on a thinned set and
// only the winner is polished on a larger one, so that the cost stays a few dozen likelihoods of a small matrix. Labels
// are standardised. `dimensions` is the number of length scales. With `noise_free` the noise variance is the least one.
// Deterministic in its arguments.
Hyperparameters FitHyperparameters(const TrainingSet& data, Eigen::Index dimensions, bool noise_free, Rng rng);

}  // namespace sweepd::gp
