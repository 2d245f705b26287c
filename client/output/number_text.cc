#include "client/output/number_text.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/wire_value.h"

namespace sweepd::client {

std::string NumberText(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  return absl::StrFormat("%.6g", number);
}

std::string ValueText(const Value& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_double()) return NumberText(value.as_double());
  return ToJson(value);
}

std::string AssignmentText(const Value::Map& assignment) {
  return absl::StrJoin(assignment, " ", [](std::string* out, const auto& parameter) {
    absl::StrAppend(out, parameter.first, "=", ValueText(parameter.second));
  });
}

std::string DurationText(absl::Duration duration) {
  if (duration <= absl::ZeroDuration()) return "0s";
  if (duration < absl::Seconds(1)) return absl::StrCat(absl::ToInt64Milliseconds(duration), "ms");
  const int64_t seconds = absl::ToInt64Seconds(duration);
  const int64_t minutes = seconds / 60;
  const int64_t hours = minutes / 60;
  if (minutes == 0) return absl::StrCat(seconds, "s");
  if (hours == 0) return absl::StrFormat("%dm%02ds", minutes, seconds % 60);
  if (hours < 24) return absl::StrFormat("%dh%02dm", hours, minutes % 60);
  return absl::StrFormat("%dd%02dh", hours / 24, hours % 24);
}

bool IsSet(const google::protobuf::Timestamp& timestamp) { return timestamp.seconds() != 0 || timestamp.nanos() != 0; }

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  if (!IsSet(timestamp)) return absl::InfinitePast();
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

std::string TimeText(const google::protobuf::Timestamp& timestamp, absl::TimeZone zone) {
  if (!IsSet(timestamp)) return "-";
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", TimeOf(timestamp), zone);
}

std::string ClockText(const google::protobuf::Timestamp& timestamp, absl::TimeZone zone) {
  return absl::FormatTime("%H:%M:%S", TimeOf(timestamp), zone);
}

std::string Rfc3339(const google::protobuf::Timestamp& timestamp) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", TimeOf(timestamp), absl::UTCTimeZone());
}

Value::Map AssignmentOf(const v1::Trial& trial) {
  Value::Map assignment;
  for (const auto& [name, wire] : trial.assignment()) {
    absl::StatusOr<Value> value = ValueFromWire(wire);
    if (value.ok()) assignment[name] = *std::move(value);
  }
  return assignment;
}

}  // namespace sweepd::client
