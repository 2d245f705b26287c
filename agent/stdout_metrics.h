// Metrics in a program's output.
//
//   kAuto      lines "[sweep] {json}" and "[tune-metric]: {json}"
//   kKeyValue  these, and every "name=value" and "name: value" of a line, as in "epoch 3 loss=0.31, val_acc: 0.9"
//   kJson      those of kAuto, and lines that are one JSON object
//   kRegex     those of kAuto, and what the named groups of patterns find
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/controller.h"
#include "agent/metric_line.h"
#include "common/line_pattern.h"

namespace sweepd::agent {

// What to take from a program's output.
struct OutputFormat {
  StdoutMetrics mode = StdoutMetrics::kAuto;
  std::vector<LinePattern> patterns = {};  // of kRegex
};

// INVALID_ARGUMENT that names the pattern that is none.
absl::StatusOr<OutputFormat> MakeOutputFormat(StdoutMetrics mode, const std::vector<std::string>& patterns);

// What the line reports; nullopt for a line that reports nothing. INVALID_ARGUMENT for one that says it does
// ("[sweep]") and is malformed.
absl::StatusOr<std::optional<MetricLine>> ParseOutputLine(const OutputFormat& format, absl::string_view line);

}  // namespace sweepd::agent
