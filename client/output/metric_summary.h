// A trial's metrics in one line each.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <ostream>
#include <string>

#include "client/output/terminal.h"
#include "common/value.h"
#include "sweepd/v1/trial.pb.h"

namespace sweepd::client {

// Fed point by point, in the order of ListMetrics; needs memory for each name, not for each point.
class MetricSummary {
 public:
  void Add(const v1::MetricPoint& point);
  bool empty() const { return metrics_.empty(); }

  // [{"metric", "points", "last", "last_step", "min", "max"}] in name order.
  Value Json() const;
  void Print(std::ostream& out, const Terminal& terminal) const;

 private:
  struct Entry {
    int64_t points = 0;
    int64_t last_step = 0;
    double last = 0;
    double min = std::numeric_limits<double>::quiet_NaN();  // over the points that are not NaN
    double max = std::numeric_limits<double>::quiet_NaN();
  };
  std::map<std::string, Entry> metrics_;
};

}  // namespace sweepd::client
