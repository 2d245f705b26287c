// What a sweep has found out so far, as its method wants to know it.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/store/store.h"
#include "server/strategy/strategy.h"

namespace sweepd {

// Every assignment of the sweep as a strategy sees it, in the order of its first trial's number. It is pending while a
// trial of it is RUNNING, LOST or PENDING; its objective is the mean of those that ended well; without one it has
// failed, and counts with what metric.impute says; when all were cancelled it is left out.
absl::StatusOr<std::vector<Observation>> GatherHistory(StoreReader& reader, const std::string& sweep_id);

}  // namespace sweepd
