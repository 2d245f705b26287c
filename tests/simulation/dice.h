// Draws from one random stream, in the words that a fault plan uses. Deterministic; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "common/rng.h"

namespace sweepd::simulation {

class Dice {
 public:
  Dice(uint64_t seed, uint64_t stream) : rng_(seed, stream) {}

  // True with the given probability.
  bool Chance(double probability) { return probability > 0 && rng_.NextUnit() < probability; }
  // Uniform in [low, high], whole numbers.
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(rng_.NextBelow(static_cast<uint64_t>(high - low + 1)));
  }
  size_t Below(size_t bound) { return static_cast<size_t>(rng_.NextBelow(bound)); }
  double Unit() { return rng_.NextUnit(); }
  uint64_t Word() { return rng_.NextUint64(); }
  // Uniform in [low, high), in microseconds.
  absl::Duration Between(absl::Duration low, absl::Duration high) {
    const int64_t from = absl::ToInt64Microseconds(low);
    const int64_t to = absl::ToInt64Microseconds(high);
    return absl::Microseconds(to > from ? Between(from, to - 1) : from);
  }

 private:
  Rng rng_;
};

}  // namespace sweepd::simulation
