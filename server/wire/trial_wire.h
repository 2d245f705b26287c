// Trials, attempts and metrics on the wire.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "server/core/metric.h"
#include "server/core/trial.h"
#include "sweepd/v1/trial.pb.h"

namespace sweepd {

v1::Trial TrialToWire(const Trial& trial);
v1::Attempt AttemptToWire(const Attempt& attempt);
v1::MetricPoint MetricPointToWire(const MetricPoint& point);

// INVALID_ARGUMENT that names the report: too many, no values, too many values, an empty or too long metric name, a
// negative step, a sequence below 1.
absl::StatusOr<std::vector<MetricReport>> ReportsFromWire(
    const google::protobuf::RepeatedPtrField<v1::MetricReport>& wire);

}  // namespace sweepd
