#include "server/engine/history.h"

#include <cmath>
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

// Adds what is known of one assignment.
absl::Status Observe(StoreReader& reader, const Objective& objective, std::vector<Trial> trials,
                     std::vector<Observation>& history) {
  if (trials.empty()) return absl::OkStatus();
  const AssignmentResult result = JudgeAssignment(trials);
  Observation observation{trials.front().key.number, trials.front().assignment, Observation::Outcome::kPending, 0};
  switch (result.outcome) {
    case AssignmentResult::Outcome::kCancelled: return absl::OkStatus();
    case AssignmentResult::Outcome::kOpen: break;
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
  history.push_back(std::move(observation));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Observation>> GatherHistory(StoreReader& reader, const std::string& sweep_id) {
  ASSIGN_OR_RETURN(const Sweep sweep, reader.FindSweep(sweep_id));
  const Objective objective = sweep.spec->objective.value_or(Objective{});
  std::vector<Observation> history;
  std::vector<Trial> group;
  TrialQuery query{{}, TrialOrder::kNumber, 0, kMaxPageSize};
  while (true) {
    ASSIGN_OR_RETURN(std::vector<Trial> trials, reader.ListTrials(sweep_id, query));
    for (Trial& trial : trials) {
      query.after = trial.key.number;
      if (!group.empty() && GroupOf(group.front()) != GroupOf(trial)) {
        RETURN_IF_ERROR(Observe(reader, objective, std::exchange(group, {}), history));
      }
      group.push_back(std::move(trial));
    }
    if (static_cast<int64_t>(trials.size()) < query.limit) break;
  }
  RETURN_IF_ERROR(Observe(reader, objective, std::move(group), history));
  return history;
}

}  // namespace sweepd
