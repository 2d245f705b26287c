// A sweep's specification as JSON, in the words and shape of a sweep file.
#pragma once

#include "common/value.h"
#include "sweepd/v1/sweep.pb.h"

namespace sweepd::client {

// Keys that are unset are left out.
Value SpecJson(const v1::SweepSpec& spec);

// {"lr": 0.1, "layers": 3}
Value AssignmentJson(const v1::Assignment& assignment);

}  // namespace sweepd::client
