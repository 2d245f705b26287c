#include "client/output/metric_summary.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/output/number_text.h"
#include "client/output/resource_json.h"
#include "client/output/table.h"

namespace sweepd::client {

void MetricSummary::Add(const v1::MetricPoint& point) {
  Entry& entry = metrics_[point.metric()];
  ++entry.points;
  entry.last = point.value();
  entry.last_step = point.step();
  // fmin and fmax pass over a NaN.
  entry.min = std::fmin(entry.min, point.value());
  entry.max = std::fmax(entry.max, point.value());
}

Value MetricSummary::Json() const {
  Value::List list;
  for (const auto& [name, entry] : metrics_) {
    Value::Map json = {{"metric", name}, {"points", entry.points}, {"last_step", entry.last_step}};
    PutNumber(json, "last", entry.last);
    PutNumber(json, "min", entry.min);
    PutNumber(json, "max", entry.max);
    list.emplace_back(std::move(json));
  }
  return list;
}

void MetricSummary::Print(std::ostream& out, const Terminal& terminal) const {
  Table table({{"METRIC"},
               {"LAST", Align::kRight},
               {"MIN", Align::kRight},
               {"MAX", Align::kRight},
               {"STEP", Align::kRight},
               {"POINTS", Align::kRight}});
  for (const auto& [name, entry] : metrics_) {
    table.Add({name, NumberText(entry.last), NumberText(entry.min), NumberText(entry.max),
               absl::StrCat(entry.last_step), absl::StrCat(entry.points)});
  }
  table.Print(out, terminal);
}

}  // namespace sweepd::client
