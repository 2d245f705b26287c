// What a sweep would try first, without creating it.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "server/core/search_space.h"
#include "server/core/sweep.h"

namespace sweepd {

// The first `count` assignments that the spec's method suggests. Fewer when run_cap or the space end before, and for
// bayes when the next one would depend on results. O(count) suggestions; for bayes O(count^2) and few.
absl::StatusOr<std::vector<Assignment>> PreviewAssignments(const SweepSpec& spec, int64_t count);

}  // namespace sweepd
