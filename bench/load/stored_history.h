// A long history of a sweep, put into a database much faster than agents would: the rows are those that sweepd writes
// for trials that succeed at their first attempt, in large transactions through the real store.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace sweepd::load {

// Metric reports of each stored trial: with so many, a million trials make a file of a gigabyte.
inline constexpr int64_t kReportsPerStoredTrial = 13;

// Adds trials to a sweep of the data directory until it has `trials`, none of which may be open. No other process may
// have the directory. `folder` is sweepd's --data-dir; the sweep must use random search and have an objective.
// Durable when it returns OK.
absl::Status FillSweep(const std::string& folder, const std::string& sweep_id, int64_t trials);

}  // namespace sweepd::load
