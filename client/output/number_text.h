// Numbers, durations and times as people read them.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "common/value.h"
#include "google/protobuf/timestamp.pb.h"
#include "sweepd/v1/trial.pb.h"

namespace sweepd::client {

// At most six significant digits: 0.93, 1.5e-05, NaN, Infinity.
std::string NumberText(double number);

// A parameter's value on a line: numbers as NumberText, strings bare, the rest as JSON.
std::string ValueText(const Value& value);

// "name=value name=value" in name order.
std::string AssignmentText(const Value::Map& assignment);

// The two largest units: 850ms, 12s, 3m12s, 2h05m, 3d04h. Negative durations are 0s.
std::string DurationText(absl::Duration duration);

// Unset timestamps are infinitely far in the past.
absl::Time TimeOf(const google::protobuf::Timestamp& timestamp);
bool IsSet(const google::protobuf::Timestamp& timestamp);

// "2026-01-02 03:04:05" in `zone`; "-" for an unset one.
std::string TimeText(const google::protobuf::Timestamp& timestamp, absl::TimeZone zone);

// "03:04:05" in `zone`.
std::string ClockText(const google::protobuf::Timestamp& timestamp, absl::TimeZone zone);

// RFC 3339 in UTC with the digits that the time has: 2026-01-02T03:04:05.678Z.
std::string Rfc3339(const google::protobuf::Timestamp& timestamp);

// The assignment of a trial. The wire type can hold what a Value cannot; such parameters are left out.
Value::Map AssignmentOf(const v1::Trial& trial);

}  // namespace sweepd::client
