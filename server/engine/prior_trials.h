// The results of other sweeps that a new one begins with.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "server/core/sweep.h"
#include "server/store/store.h"

namespace sweepd {

// What a new sweep takes over from the sweeps that its `prior` names: of each the newest assignments that ended well,
// with a finite objective (with repeats: the mean) and inside the new sweep's space, oldest first. At most
// kMaxPriorTrials in all, from the last kMaxPriorLookback trials in all, each shared evenly among the sweeps: the
// engine's thread does not read for longer than a tenth of a second.
//
// PriorUnusable when one of the sweeps is not there, has another metric or goal, or no trial that fits.
absl::StatusOr<std::vector<PriorTrial>> GatherPriorTrials(StoreReader& reader, const SweepSpec& spec);

}  // namespace sweepd
