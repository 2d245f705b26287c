// What a user may tell the Bayesian method about the objective and the search.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace sweepd {

struct BayesOptions {
  // Suggestions that fill the space before the model is asked; > 0. nullopt: by the number of dimensions.
  std::optional<int64_t> startup_trials;
  // The objective of an assignment is always the same: its results are taken at their word.
  bool noise_free = false;

  bool operator==(const BayesOptions&) const = default;
};

// How users write noise_free: `noise: none` or `noise: auto`.
absl::string_view NoiseName(bool noise_free);
std::optional<bool> ParseNoiseFree(absl::string_view noise);

}  // namespace sweepd
