// The keys of a spec that say which trials are made beside the method's own choice, and when their failures pause the
// sweep: initial, repeats, max_failures and prior, as parts of SpecToValue and SpecFromValue (sweep.h).
#pragma once

#include "absl/status/status.h"
#include "common/value.h"
#include "server/core/sweep.h"

namespace sweepd {

// Adds the keys that do not have their default.
void AddTrialPlan(const SweepSpec& spec, Value::Map& map);

// A key that is absent has its default. INVALID_ARGUMENT for anything that AddTrialPlan would not write.
absl::Status ReadTrialPlan(const Value::Map& map, SweepSpec& spec);

}  // namespace sweepd
