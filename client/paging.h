// Lists without their pages.
#pragma once

#include <cstdint>
#include <limits>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "client/sweep_client.h"

namespace sweepd::client {

inline constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

// Each calls `visit` for at most `limit` resources in the list's order, fetching pages as they are needed. Page fields
// of the request are overwritten. A list that changes meanwhile may miss what was added.
absl::Status ForEachSweep(SweepClient& client, v1::ListSweepsRequest request, int64_t limit,
                          absl::FunctionRef<void(const v1::Sweep&)> visit);
absl::Status ForEachTrial(SweepClient& client, v1::ListTrialsRequest request, int64_t limit,
                          absl::FunctionRef<void(const v1::Trial&)> visit);
absl::Status ForEachMetricPoint(SweepClient& client, v1::ListMetricsRequest request, int64_t limit,
                                absl::FunctionRef<void(const v1::MetricPoint&)> visit);

}  // namespace sweepd::client
