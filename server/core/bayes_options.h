// What a user may tell the Bayesian method about the objective and the search.
#pragma once

#include <cstdint>
#include <optional>

namespace sweepd {

struct BayesOptions {
  // Suggestions that fill the space before the model is asked; > 0. nullopt: by the number of dimensions.
  std::optional<int64_t> startup_trials;
  // The objective of an assignment is always the same: its results are taken at their word.
  bool noise_free = false;

  bool operator==(const BayesOptions&) const = default;
};

}  // namespace sweepd
