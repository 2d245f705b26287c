// Why an attempt is to stop early: what it was measured by, and against what.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace sweepd {

struct StopDecision {
  std::string rule;       // its name in the sweep file
  int64_t iteration = 0;  // at which it was compared with other trials: the band or rung, see early_terminate.h
  // In the objective's unit and sign. `value` is worse than `threshold`; infinite when what was reported is not finite.
  double value = 0;
  double threshold = 0;
  int64_t trials = 0;  // whose values at the iteration gave the threshold
  absl::Time time;     // when it was decided
  bool operator==(const StopDecision&) const = default;
};

// For people: "hyperband at iteration 9: 0.91 is worse than 0.42, by 12 trials".
std::string DescribeStop(const StopDecision& decision);

}  // namespace sweepd
