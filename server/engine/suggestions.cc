// How a sweep whose method looks at history gets its suggestions; see ReadySuggestions.
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/engine/engine.h"
#include "server/strategy/random_search.h"

namespace sweepd {
namespace {

using Purpose = ReadySuggestions::Purpose;

// Failed suggestions after which the sweep is paused rather than filled with random points.
constexpr int kMaxDegradedInARow = 3;

// Whether an agent that asked now would get a new trial. Those that wait for an agent count too: each of them will run.
bool HasRoom(const Sweep& sweep) {
  if (sweep.state != SweepState::kActive || ExhaustedBy(sweep) != SweepReason::kNone) return false;
  return !sweep.spec->max_parallel.has_value() || sweep.counts.open() < *sweep.spec->max_parallel;
}

}  // namespace

absl::StatusOr<std::optional<TrialAnswer>> Engine::AskForSuggestion(Sweep& sweep, const TrialRequest& request) {
  std::optional<ReadySuggestions::Taken> taken = suggestions_.Take(sweep.id);
  if (!taken.has_value()) {
    AfterCommit([this, id = sweep.id] {
      if (auto job = suggestions_.Begin(id, Purpose::kDemand)) start_suggestion_(std::move(job));
    });
    return WaitAnswer{WaitReason::kSuggesting, absl::StrCat("sweep ", sweep.id, " is computing its next suggestion")};
  }
  absl::StatusOr<std::optional<Assignment>> assignment = std::move(taken->suggestion.assignment);
  if (!assignment.ok()) {
    ASSIGN_OR_RETURN(assignment, Degrade(sweep, assignment.status()));
  } else {
    degraded_in_a_row_.erase(sweep.id);
    if (!assignment->has_value()) RETURN_IF_ERROR(BeginStopping(sweep, SweepReason::kSpaceExhausted));
  }
  if (!assignment->has_value()) {
    RETURN_IF_ERROR(Save(sweep));
    return AskSweep(sweep, request);
  }
  ASSIGN_OR_RETURN(Trial trial, MakeSuggestedTrials(sweep, **std::move(assignment)));
  AfterCommit([this, waited_for = taken->waited_for] { suggestions_.CountTaken(waited_for); });
  return GrantLease(sweep, std::move(trial), TrialRow::kNew, request);
}

absl::StatusOr<std::optional<Assignment>> Engine::Degrade(Sweep& sweep, const absl::Status& failure) {
  std::string message(failure.message());
  RETURN_IF_ERROR(AddEvent(sweep, EventKind::kSuggestionDegraded, nullptr, message));
  if (++degraded_in_a_row_[sweep.id] < kMaxDegradedInARow) {
    return RandomSearch(sweep.spec->space, sweep.spec->seed).Suggest({sweep.suggestions, {}});
  }
  degraded_in_a_row_.erase(sweep.id);
  RETURN_IF_ERROR(Pause(sweep, SweepReason::kStrategyFailed, std::move(message)));
  return std::nullopt;
}

void Engine::AcceptSuggestion(Suggestion suggestion) {
  const std::string sweep_id = suggestion.job->sweep_id;
  suggestions_.Accept(std::move(suggestion));
  changed_.insert(sweep_id);  // Whoever waits for a suggestion asks again, whatever became of this one.
  may_compute_ahead_.insert(sweep_id);
}

void Engine::NoteHistoryChange(const std::string& sweep_id) {
  suggestions_.NoteChange(sweep_id);
  may_compute_ahead_.insert(sweep_id);
}

void Engine::ComputeAhead(const std::string& sweep_id) {
  if (!options_.speculate || !suggestions_.Knows(sweep_id)) return;
  const absl::StatusOr<Sweep> sweep = store_.FindSweep(sweep_id);
  if (!sweep.ok() || !HasRoom(*sweep)) return;
  if (auto job = suggestions_.Begin(sweep_id, Purpose::kAhead)) start_suggestion_(std::move(job));
}

}  // namespace sweepd
