// How a sweep gets its trials, and what the end of one means for it.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/engine/assignment_result.h"
#include "server/engine/engine.h"

namespace sweepd {
namespace {

bool IsCapped(const Sweep& sweep) {
  const std::optional<int64_t>& cap = sweep.spec->run_cap;
  return cap.has_value() && sweep.counts.total() >= *cap;
}

}  // namespace

SweepReason ExhaustedBy(const Sweep& sweep) {
  const SweepSpec& spec = *sweep.spec;
  if (IsCapped(sweep)) return SweepReason::kRunCapReached;
  const bool is_grid = spec.method == Method::kGrid;
  const bool all_points = is_grid && static_cast<uint64_t>(sweep.suggestions) >= spec.space.GridSize().value_or(0);
  return all_points ? SweepReason::kSpaceExhausted : SweepReason::kNone;
}

absl::Status Engine::StopIfExhausted(Sweep& sweep) {
  const SweepReason reason = ExhaustedBy(sweep);
  if (sweep.state != SweepState::kActive || reason == SweepReason::kNone) return absl::OkStatus();
  return BeginStopping(sweep, reason);
}

absl::StatusOr<Trial> Engine::MakeSuggestedTrials(Sweep& sweep, Assignment assignment) {
  ++sweep.suggestions;
  ASSIGN_OR_RETURN(Trial first, MakeTrial(sweep, std::move(assignment), EventKind::kTrialCreated));
  for (int64_t i = 1; i < sweep.spec->repeats && !IsCapped(sweep); ++i) {
    ASSIGN_OR_RETURN(const Trial repeat,
                     MakeTrial(sweep, first.assignment, EventKind::kTrialCreated, first.key.number));
    RETURN_IF_ERROR(store_.InsertTrial(repeat));
  }
  RETURN_IF_ERROR(StopIfExhausted(sweep));
  return first;
}

absl::StatusOr<Trial> Engine::MakeTrial(Sweep& sweep, SharedAssignment assignment, EventKind kind, int64_t repeat_of) {
  Trial trial;
  trial.key = {sweep.id, sweep.counts.total() + 1};
  trial.assignment = std::move(assignment);
  trial.repeat_of = repeat_of;
  trial.created = now_;
  ++sweep.counts.pending;
  std::string detail = repeat_of == 0 ? "" : absl::StrCat("repeats trial ", repeat_of);
  RETURN_IF_ERROR(AddEvent(sweep, kind, &trial, std::move(detail)));
  return trial;
}

absl::Status Engine::NoteEnd(Sweep& sweep, const Trial& trial) {
  if (!IsTerminal(trial.state)) return absl::OkStatus();
  CountFailure(sweep, trial.state);
  ASSIGN_OR_RETURN(const std::optional<double> result, SettleAssignment(sweep, trial));
  const bool open = sweep.state == SweepState::kActive || sweep.state == SweepState::kPaused;
  if (open && result.has_value() && ReachesTarget(*sweep.spec->objective, *result)) {
    RETURN_IF_ERROR(CancelOpenTrials(sweep, /*only_unstarted=*/true, TrialReason::kSweepStopped));
    return BeginStopping(sweep, SweepReason::kTargetReached);
  }
  const std::optional<int64_t> most = sweep.spec->max_failures;
  if (sweep.state != SweepState::kActive || !most.has_value() || sweep.failures_in_a_row < *most) {
    return absl::OkStatus();
  }
  return Pause(sweep, SweepReason::kTooManyFailures,
               absl::StrCat(sweep.failures_in_a_row, sweep.failures_in_a_row == 1 ? " trial" : " trials",
                            " failed in a row (max_failures: ", *most, "), the last one is trial ", trial.key.number));
}

void Engine::CountFailure(Sweep& sweep, TrialState end) {
  if (!sweep.spec->max_failures.has_value()) return;
  if (end == TrialState::kFailed) ++sweep.failures_in_a_row;
  if (end == TrialState::kSucceeded || end == TrialState::kStopped) sweep.failures_in_a_row = 0;
}

absl::StatusOr<std::optional<double>> Engine::SettleAssignment(const Sweep& sweep, const Trial& trial) {
  if (!sweep.spec->objective.has_value()) return std::nullopt;
  if (sweep.spec->repeats == 1) return HasResult(trial) ? trial.objective : std::nullopt;
  const int64_t first = GroupOf(trial);
  ASSIGN_OR_RETURN(std::vector<Trial> trials,
                   store_.ListTrials(sweep.id, {{}, TrialOrder::kNumber, first - 1, sweep.spec->repeats}));
  // The last assignment of a sweep may have been cut short by run_cap.
  std::erase_if(trials, [first](const Trial& other) { return GroupOf(other) != first; });
  const AssignmentResult result = JudgeAssignment(trials);
  const bool has_value = result.outcome == AssignmentResult::Outcome::kValue;
  for (Trial& member : trials) {
    const bool stands_for_all = has_value && member.key.number == result.trial;
    const std::optional<double> mean = stands_for_all ? std::optional(result.mean) : std::nullopt;
    if (std::exchange(member.mean, mean) != mean) RETURN_IF_ERROR(store_.UpdateTrial(member));
  }
  return has_value ? std::optional(result.mean) : std::nullopt;
}

absl::Status Engine::Pause(Sweep& sweep, SweepReason reason, std::string detail) {
  sweep.state = SweepState::kPaused;
  sweep.reason = reason;
  return AddEvent(sweep, EventKind::kSweepPaused, nullptr, std::move(detail));
}

}  // namespace sweepd
