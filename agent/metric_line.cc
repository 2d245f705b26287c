#include "agent/metric_line.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace sweepd::agent {
namespace {

// The controller keeps names up to this length.
constexpr size_t kMaxNameBytes = 256;

// -Infinity comes first because Infinity is a part of it.
constexpr std::array<absl::string_view, 3> kBareNumbers = {"-Infinity", "Infinity", "NaN"};

// The same line with the numbers that JSON lacks in quotes, where AsNumber finds them.
std::string QuoteBareNumbers(absl::string_view line) {
  std::string quoted;
  bool in_string = false;
  while (!line.empty()) {
    const char c = line.front();
    if (in_string && c == '\\') {
      absl::StrAppend(&quoted, line.substr(0, 2));
      line.remove_prefix(std::min<size_t>(2, line.size()));
      continue;
    }
    if (c == '"') in_string = !in_string;
    size_t taken = 1;
    for (absl::string_view number : kBareNumbers) {
      if (in_string || !absl::StartsWith(line, number)) continue;
      absl::StrAppend(&quoted, "\"", number, "\"");
      taken = number.size();
      break;
    }
    if (taken == 1) quoted += c;
    line.remove_prefix(taken);
  }
  return quoted;
}

absl::StatusOr<int64_t> ParseStep(const Value& value) {
  if (value.is_int()) return value.as_int();
  const std::optional<double> number = AsNumber(value);
  // 2^53: beyond it neighbours share one double.
  if (number.has_value() && std::abs(*number) <= 9007199254740992.0 && *number == std::floor(*number)) {
    return static_cast<int64_t>(*number);
  }
  return absl::InvalidArgumentError(absl::StrCat("\"step\" must be an integer, not ", ToJson(value)));
}

// Seconds since 1970, or RFC 3339.
absl::StatusOr<absl::Time> ParseTime(const Value& value) {
  absl::Time time;
  std::string error;
  if (value.is_string() && absl::ParseTime(absl::RFC3339_full, value.as_string(), &time, &error)) return time;
  const std::optional<double> seconds = AsNumber(value);
  // The year 9999, as far as timestamps on the wire reach.
  if (seconds.has_value() && *seconds >= 0 && *seconds < 253402300800.0) {
    return absl::UnixEpoch() + absl::Seconds(*seconds);
  }
  return absl::InvalidArgumentError(absl::StrCat("\"time\" must be seconds since 1970, not ", ToJson(value)));
}

absl::StatusOr<ProgramEvent> ParseEvent(const Value& value) {
  const std::string name = value.is_string() ? value.as_string() : ToJson(value);
  if (name == "checkpoint") return ProgramEvent::kCheckpoint;
  if (name == "preempting") return ProgramEvent::kPreempting;
  if (name == "log") return ProgramEvent::kLog;
  return absl::InvalidArgumentError(
      absl::StrCat("unknown event \"", name, "\"; there are checkpoint, preempting and log"));
}

std::string TextOf(const Value::Map& fields) {
  for (absl::string_view name : {"message", "text"}) {
    const auto it = fields.find(name);
    if (it != fields.end()) return it->second.is_string() ? it->second.as_string() : ToJson(it->second);
  }
  return "";
}

void TakeValues(const Value::Map& fields, MetricLine& line) {
  for (const auto& [name, value] : fields) {
    if (name == "step" || name == "time") continue;
    const std::optional<double> number = AsNumber(value);
    if (number.has_value() && !name.empty() && name.size() <= kMaxNameBytes) {
      line.values[name] = *number;
    } else {
      line.ignored.push_back(name);
    }
  }
}

}  // namespace

std::optional<double> AsNumber(const Value& value) {
  if (value.is_number()) return value.as_double();
  double number = 0;
  if (value.is_string() && absl::SimpleAtod(value.as_string(), &number)) return number;
  return std::nullopt;
}

absl::StatusOr<MetricLine> ParseMetricLine(absl::string_view line) {
  ASSIGN_OR_RETURN(const Value value, ParseJson(QuoteBareNumbers(line)));
  if (!value.is_map()) return absl::InvalidArgumentError("not a JSON object");
  const Value::Map& fields = value.as_map();
  MetricLine parsed;
  if (const auto it = fields.find("step"); it != fields.end() && !it->second.is_null()) {
    ASSIGN_OR_RETURN(parsed.step, ParseStep(it->second));
  }
  if (const auto it = fields.find("time"); it != fields.end() && !it->second.is_null()) {
    ASSIGN_OR_RETURN(parsed.time, ParseTime(it->second));
  }
  if (const auto it = fields.find("event"); it != fields.end()) {
    ASSIGN_OR_RETURN(parsed.event, ParseEvent(it->second));
    if (parsed.event == ProgramEvent::kLog) parsed.text = TextOf(fields);
    return parsed;
  }
  TakeValues(fields, parsed);
  if (parsed.values.empty()) return absl::InvalidArgumentError("it holds no number to report");
  return parsed;
}

}  // namespace sweepd::agent
