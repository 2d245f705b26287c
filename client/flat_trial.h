// Assignments without their nesting, for formats that have columns only.
#pragma once

#include <string>

#include "common/value.h"
#include "sweepd/v1/sweep.pb.h"

namespace sweepd::client {

// An assignment with the values of nested parameters in its top level, by names with dots ("p.a"). A map that is itself
// one of the values of a categorical or constant parameter of the spec stays a map.
Value::Map FlatAssignment(const Value::Map& assignment, const v1::SweepSpec& spec);

}  // namespace sweepd::client
