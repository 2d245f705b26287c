// One line of a metrics file: {"step": 3, "val_acc": 0.91, "loss": NaN}.
//
// `step`, `time` and `event` are reserved. Numbers may stand in strings; NaN, Infinity and -Infinity may stand bare, as
// Python's json module writes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/value.h"

namespace sweepd::agent {

// Of a longer line, its end not counted, the agent reads only the beginning, which is no JSON.
constexpr size_t kMaxMetricLineBytes = 1 << 20;

// What a line with `event` tells; such a line reports no metrics.
enum class ProgramEvent {
  kCheckpoint,  // a checkpoint of `step` was written
  kPreempting,  // the program is ending because its machine is wanted back
  kLog,         // `text` for the agent's log
};

struct MetricLine {
  std::optional<int64_t> step;
  std::optional<absl::Time> time;
  std::map<std::string, double> values;
  std::optional<ProgramEvent> event;
  std::string text;                  // of kLog
  std::vector<std::string> ignored;  // names whose value is no number
};

// INVALID_ARGUMENT that says what is wrong: no JSON object, a step that is no integer, an unknown event, or neither an
// event nor a number.
absl::StatusOr<MetricLine> ParseMetricLine(absl::string_view line);

// The number a value stands for: a number, or a string that holds one.
std::optional<double> AsNumber(const Value& value);

}  // namespace sweepd::agent
