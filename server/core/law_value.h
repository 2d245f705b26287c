// Distribution <-> the words of the sweep file, as a Value; what the store keeps of it.
#pragma once

#include "absl/status/statusor.h"
#include "common/value.h"
#include "server/core/distribution.h"

namespace sweepd {

// {"distribution": "normal", "mu": 0.0, "sigma": 1.0}, with every default spelt out. A stepped law also has "integral".
Value::Map LawToValue(const Distribution& distribution);

// The inverse; members of other names are left alone. INVALID_ARGUMENT for what LawToValue would not write. The rules
// of laws.h are not checked.
absl::StatusOr<Distribution> LawFromValue(const Value::Map& map);

}  // namespace sweepd
