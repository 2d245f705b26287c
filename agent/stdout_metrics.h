// Metrics in a program's output.
//
//   kAuto      lines "[sweep] {json}" and "[tune-metric]: {json}"
//   kKeyValue  these, and every "name=value" and "name: value" of a line, as in "epoch 3 loss=0.31, val_acc: 0.9"
//   kJson      these, and lines that are one JSON object
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/controller.h"
#include "agent/metric_line.h"

namespace sweepd::agent {

// What the line reports; nullopt for a line that reports nothing. INVALID_ARGUMENT for one that says it does
// ("[sweep]") and is malformed.
absl::StatusOr<std::optional<MetricLine>> ParseOutputLine(StdoutMetrics mode, absl::string_view line);

}  // namespace sweepd::agent
