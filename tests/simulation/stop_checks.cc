#include "tests/simulation/stop_checks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "absl/strings/str_cat.h"

namespace sweepd::simulation {
namespace {

using Curve = std::vector<double>;

// What an attempt reported of the objective, in order, as a decision shows it: not finite is the worst.
Curve CurveOf(StoreReader& reader, const Objective& objective, const Attempt& attempt) {
  const double worst = objective.goal == Goal::kMinimize ? HUGE_VAL : -HUGE_VAL;
  std::map<int64_t, double> by_sequence;
  const auto points = reader.ListMetrics(attempt.trial, {{objective.metric}, attempt.number, std::nullopt, 1'000'000});
  for (const MetricPoint& point : points.value_or(std::vector<MetricPoint>())) {
    by_sequence[point.sequence] = std::isfinite(point.value) ? point.value : worst;
  }
  Curve curve;
  for (const auto& [sequence, value] : by_sequence) curve.push_back(value);
  return curve;
}

// Whether the rule judges by the value at the iteration and nothing else.
bool JudgesByEntry(const EarlyTerminate& rule) {
  const auto* hyperband = std::get_if<Hyperband>(&rule);
  return hyperband != nullptr ? hyperband->strict : std::holds_alternative<Asha>(rule);
}

}  // namespace

std::vector<std::string> CheckStops(StoreReader& reader, const Sweep& sweep, const std::vector<Trial>& trials) {
  std::vector<std::string> wrong;
  if (!sweep.spec->early_terminate.has_value()) return wrong;
  std::vector<int64_t> lengths;  // the longest curve of each trial
  std::vector<std::pair<StopDecision, Curve>> decisions;
  for (const Trial& trial : trials) {
    int64_t longest = 0;
    const auto attempts = reader.ListAttempts(trial.key);
    for (const Attempt& attempt : attempts.value_or(std::vector<Attempt>())) {
      Curve curve = CurveOf(reader, *sweep.spec->objective, attempt);
      longest = std::max(longest, static_cast<int64_t>(curve.size()));
      if (attempt.stop.has_value()) decisions.emplace_back(*attempt.stop, std::move(curve));
    }
    lengths.push_back(longest);
  }
  for (const auto& [decision, curve] : decisions) {
    const std::string name = absl::StrCat("sweep ", sweep.id, ", ", DescribeStop(decision), ": ");
    const int64_t iteration = decision.iteration;
    if (static_cast<int64_t>(curve.size()) < iteration) {
      wrong.push_back(absl::StrCat(name, "the trial has reported ", curve.size(), " values"));
      continue;
    }
    const auto reached = std::count_if(lengths.begin(), lengths.end(), [&](int64_t n) { return n >= iteration; });
    if (decision.trials > reached) wrong.push_back(absl::StrCat(name, "only ", reached, " trials came so far"));
    const bool own = JudgesByEntry(*sweep.spec->early_terminate)
                         ? curve[static_cast<size_t>(iteration - 1)] == decision.value
                         : std::find(curve.begin(), curve.end(), decision.value) != curve.end();
    if (!own) wrong.push_back(absl::StrCat(name, "this is not the trial's value"));
  }
  return wrong;
}

}  // namespace sweepd::simulation
