// Whether a trial came to something.
#pragma once

#include <cmath>

#include "server/core/trial.h"

namespace sweepd {

// Whether the trial ended well with an objective that counts: SUCCEEDED or STOPPED, and finite.
inline bool HasResult(const Trial& trial) {
  const bool ended_well = trial.state == TrialState::kSucceeded || trial.state == TrialState::kStopped;
  return ended_well && trial.objective.has_value() && std::isfinite(*trial.objective);
}

}  // namespace sweepd
