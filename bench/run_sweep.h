// One sweep on a test function, from the first suggestion to the last trial, through the real engine in this process.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/objective_functions.h"
#include "server/core/sweep.h"

namespace sweepd {

struct SweepCurve {
  std::vector<double> best;                      // lowest objective after each trial
  std::vector<absl::Duration> suggestion_times;  // from asking for a trial to holding its lease
};

// Runs `spec.run_cap` trials one after the other, fewer when the space is exhausted. The spec's space is the
// function's; its objective is minimised.
absl::StatusOr<SweepCurve> RunSweep(const SweepSpec& spec, const ObjectiveFunction& function);

}  // namespace sweepd
