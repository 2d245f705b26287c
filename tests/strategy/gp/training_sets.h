// Training sets for the tests of the Gaussian process.
#pragma once

#include <cmath>

#include "common/rng.h"
#include "server/strategy/gp/gaussian_process.h"

namespace sweepd::gp {

// One feature per dimension.
inline std::vector<Eigen::Index> OneFeatureEach(Eigen::Index dimensions) {
  std::vector<Eigen::Index> owners;
  for (Eigen::Index i = 0; i < dimensions; ++i) owners.push_back(i);
  return owners;
}

inline Eigen::MatrixXd UniformPoints(Eigen::Index dimensions, Eigen::Index n, uint64_t seed) {
  Rng rng(seed, 1);
  Eigen::MatrixXd points(dimensions, n);
  for (Eigen::Index j = 0; j < n; ++j) {
    for (Eigen::Index i = 0; i < dimensions; ++i) points(i, j) = rng.NextUnit();
  }
  return points;
}

// A smooth function of the first feature with a little noise, standardised.
inline TrainingSet WavyTrainingSet(Eigen::Index dimensions, Eigen::Index n, uint64_t seed = 3) {
  Rng rng(seed, 2);
  TrainingSet data{UniformPoints(dimensions, n, seed), Eigen::VectorXd(n), OneFeatureEach(dimensions)};
  for (Eigen::Index j = 0; j < n; ++j) {
    data.labels[j] = std::sin(6 * data.features(0, j)) + 0.05 * rng.NextNormal();
  }
  data.labels.array() -= data.labels.mean();
  data.labels /= std::sqrt(data.labels.squaredNorm() / static_cast<double>(n));
  return data;
}

inline Hyperparameters SomeHyperparameters(Eigen::Index dimensions) {
  Hyperparameters hyperparameters;
  hyperparameters.log_length_scales = Eigen::VectorXd::LinSpaced(dimensions, std::log(0.3), std::log(0.9));
  hyperparameters.log_signal_variance = std::log(1.7);
  hyperparameters.log_noise_variance = std::log(0.02);
  return hyperparameters;
}

}  // namespace sweepd::gp
