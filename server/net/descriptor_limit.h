// The process's limit of open files, and how many connections it leaves room for.
#pragma once

#include <cstddef>

#include "absl/status/statusor.h"

namespace sweepd {

// Raises the soft limit to the hard one: every agent and client holds a connection.
void RaiseDescriptorLimit();

// How many connections the process may hold: its limit less what is open already and a reserve, so that the database,
// logs and whatever else opens files always find descriptors. Call when everything else is open. FAILED_PRECONDITION
// when the limit leaves room for none.
absl::StatusOr<size_t> RoomForConnections();

// The same for a given limit and number of open descriptors.
absl::StatusOr<size_t> RoomForConnections(size_t limit, size_t open);

}  // namespace sweepd
