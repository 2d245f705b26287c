#include "server/engine/history.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "common/status_macros.h"
#include "server/core/limits.h"
#include "server/engine/assignment_result.h"

namespace sweepd {
namespace {

// The best, or the last, finite value of the objective's metric in the trial's last attempt; nullopt without one.
absl::StatusOr<std::optional<double>> ReportedBy(StoreReader& reader, const Trial& trial, const Objective& objective) {
  std::optional<double> found;
  int64_t newest = 0;
  MetricQuery query{{objective.metric}, trial.attempt, std::nullopt, kMaxPageSize};
  while (trial.attempt > 0) {
    ASSIGN_OR_RETURN(std::vector<MetricPoint> points, reader.ListMetrics(trial.key, query));
    for (const MetricPoint& point : points) {
      if (!std::isfinite(point.value)) continue;
      const bool wanted = objective.impute == Impute::kBest
                              ? !found.has_value() || IsBetter(objective.goal, point.value, *found)
                              : point.sequence > newest;
      if (!wanted) continue;
      found = point.value;
      newest = point.sequence;
    }
    if (static_cast<int64_t>(points.size()) < query.limit) break;
    query.after = points.back();
  }
  return found;
}

// What stands for the objective of an assignment whose trials all failed; nullopt for "clearly bad".
absl::StatusOr<std::optional<double>> ImputedOf(StoreReader& reader, const std::vector<Trial>& trials,
                                                const Objective& objective) {
  if (objective.impute == Impute::kWorst) return std::nullopt;
  std::vector<double> reported;
  for (const Trial& trial : trials) {
    if (trial.state == TrialState::kCancelled) continue;
    ASSIGN_OR_RETURN(const std::optional<double> value, ReportedBy(reader, trial, objective));
    if (value.has_value()) reported.push_back(*value);
  }
  return reported.empty() ? std::nullopt : std::optional(MeanOf(reported));
}

absl::Time LastEnd(const std::vector<Trial>& trials) {
  absl::Time last = absl::InfinitePast();
  for (const Trial& trial : trials) last = std::max(last, trial.ended.value_or(absl::InfinitePast()));
  return last;
}

bool AnyStoppedEarly(const std::vector<Trial>& trials) {
  return std::any_of(trials.begin(), trials.end(), [](const Trial& trial) {
    return trial.state == TrialState::kStopped && trial.reason == TrialReason::kStoppedEarly;
  });
}

}  // namespace

absl::StatusOr<std::optional<ObservedAssignment>> ObserveAssignment(StoreReader& reader, const Objective& objective,
                                                                    const std::vector<Trial>& trials) {
  const AssignmentResult result = JudgeAssignment(trials);
  ObservedAssignment observed{{trials.front().key.number, trials.front().assignment}, absl::InfiniteFuture()};
  Observation& observation = observed.observation;
  switch (result.outcome) {
    case AssignmentResult::Outcome::kCancelled: return std::nullopt;
    case AssignmentResult::Outcome::kOpen: return observed;
    case AssignmentResult::Outcome::kValue:
      observation.outcome = Observation::Outcome::kValue;
      observation.objective = result.mean;
      break;
    case AssignmentResult::Outcome::kFailed: {
      ASSIGN_OR_RETURN(const std::optional<double> imputed, ImputedOf(reader, trials, objective));
      observation.outcome = imputed.has_value() ? Observation::Outcome::kValue : Observation::Outcome::kFailed;
      observation.objective = imputed.value_or(0);
    }
  }
  observation.stopped_early = observation.outcome == Observation::Outcome::kValue && AnyStoppedEarly(trials);
  observed.arrived = LastEnd(trials);
  return observed;
}

absl::StatusOr<std::vector<ObservedAssignment>> ObserveAssignments(StoreReader& reader, const Sweep& sweep) {
  const Objective objective = sweep.spec->objective.value_or(Objective{});
  std::vector<ObservedAssignment> all;
  std::vector<Trial> group;
  const auto observe_group = [&]() -> absl::Status {
    if (group.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(std::optional<ObservedAssignment> observed, ObserveAssignment(reader, objective, group));
    if (observed.has_value()) all.push_back(*std::move(observed));
    group.clear();
    return absl::OkStatus();
  };
  TrialQuery query{{}, TrialOrder::kNumber, 0, kMaxPageSize};
  while (true) {
    ASSIGN_OR_RETURN(std::vector<Trial> trials, reader.ListTrials(sweep.id, query));
    for (Trial& trial : trials) {
      query.after = trial.key.number;
      if (!group.empty() && GroupOf(group.front()) != GroupOf(trial)) RETURN_IF_ERROR(observe_group());
      group.push_back(std::move(trial));
    }
    if (static_cast<int64_t>(trials.size()) < query.limit) break;
  }
  RETURN_IF_ERROR(observe_group());
  return all;
}

absl::StatusOr<std::vector<Observation>> GatherHistory(StoreReader& reader, const std::string& sweep_id) {
  ASSIGN_OR_RETURN(const Sweep sweep, reader.FindSweep(sweep_id));
  ASSIGN_OR_RETURN(std::vector<ObservedAssignment> all, ObserveAssignments(reader, sweep));
  std::vector<size_t> order(all.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return all[a].arrived < all[b].arrived; });
  int64_t place = 0;
  for (const size_t i : order) {
    if (all[i].observation.outcome != Observation::Outcome::kPending) all[i].observation.arrival = ++place;
  }
  std::vector<Observation> history;
  history.reserve(all.size());
  for (ObservedAssignment& observed : all) history.push_back(std::move(observed.observation));
  return history;
}

bool ChangesHistory(EventKind kind) {
  switch (kind) {
    case EventKind::kTrialCreated:
    case EventKind::kTrialAdded:
    case EventKind::kTrialSucceeded:
    case EventKind::kTrialFailed:
    case EventKind::kTrialStopped:
    case EventKind::kTrialCancelled:
    case EventKind::kTrialRetried:
    case EventKind::kSweepUpdated: return true;
    default: return false;
  }
}

}  // namespace sweepd
