// SearchSpace <-> the words of the sweep file, as a Value; what the store keeps of it.
#pragma once

#include "absl/status/statusor.h"
#include "common/value.h"
#include "server/core/search_space.h"

namespace sweepd {

// The map under `parameters`: a law with its conditions for each parameter, {"parameters": {...}} for each group.
Value::Map SpaceToValue(const SearchSpace& space);

// The inverse. INVALID_ARGUMENT for anything that SpaceToValue would not write.
absl::StatusOr<SearchSpace> SpaceFromValue(const Value::Map& map);

}  // namespace sweepd
