// What a training program reports.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/time/time.h"

namespace sweepd {

// One report: values of some metrics at one step. Values are any doubles, NaN and infinities included.
struct MetricReport {
  int64_t sequence = 0;  // counted from 1 within the attempt, without a hole
  int64_t step = 0;
  absl::Time time;                       // when the agent read it
  std::map<std::string, double> values;  // at least one
  bool operator==(const MetricReport&) const = default;
};

// One stored value of one metric.
struct MetricPoint {
  std::string name;
  int64_t step = 0;
  int64_t attempt = 0;
  int64_t sequence = 0;
  double value = 0;
  absl::Time time;
};

}  // namespace sweepd
