// The law of one parameter as JSON, in the words and shape of a sweep file.
#pragma once

#include "common/value.h"
#include "sweepd/v1/sweep.pb.h"

namespace sweepd::client {

// Null for a value that has no kind.
Value ValueJson(const v1::Value& wire);

// {"distribution": "uniform", "min": 0.1, "max": 0.9}, {"values": [1, 2]}, {"value": 3}, {"parameters": {...}}; with
// "when" if it has conditions.
Value DistributionJson(const v1::Distribution& distribution);

}  // namespace sweepd::client
