// A sweep's specification as JSON, in the words and shape of a sweep file.
#pragma once

#include "common/value.h"
#include "sweepd/v1/sweep.pb.h"

namespace sweepd::client {

// Keys that are unset are left out.
Value SpecJson(const v1::SweepSpec& spec);

// {"lr": 0.1, "layers": 3}
Value AssignmentJson(const v1::Assignment& assignment);

// One parameter: {"distribution": "uniform", "min": 0.1, "max": 0.9}, {"values": [1, 2]}, {"value": 3}.
Value DistributionJson(const v1::Distribution& distribution);

}  // namespace sweepd::client
