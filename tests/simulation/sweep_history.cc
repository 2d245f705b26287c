#include "tests/simulation/sweep_history.h"

#include <cmath>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/engine/assignment_result.h"

namespace sweepd::simulation {
namespace {

// RUNNING may lead to every state but itself; what else may follow what.
bool IsLegal(TrialState from, TrialState to) {
  switch (from) {
    case TrialState::kPending: return to == TrialState::kRunning || to == TrialState::kCancelled;
    case TrialState::kRunning: return to != TrialState::kRunning;
    case TrialState::kLost: return to == TrialState::kRunning || to == TrialState::kCancelled;
    default: return false;
  }
}

bool IsLegal(SweepState from, EventKind kind, const TrialCounts& counts) {
  switch (kind) {
    case EventKind::kSweepPaused: return from == SweepState::kActive;
    case EventKind::kSweepResumed: return from != SweepState::kActive && from != SweepState::kCancelled;
    case EventKind::kSweepStopping: return from == SweepState::kActive || from == SweepState::kPaused;
    case EventKind::kSweepFinished: return from == SweepState::kStopping && counts.open() == 0;
    case EventKind::kSweepCancelled: return !IsTerminal(from) && counts.open() == 0;
    default: return true;
  }
}

TrialState StateAfter(EventKind kind) {
  switch (kind) {
    case EventKind::kTrialStarted:
    case EventKind::kTrialRevived: return TrialState::kRunning;
    case EventKind::kTrialLost: return TrialState::kLost;
    case EventKind::kTrialRequeued: return TrialState::kPending;
    case EventKind::kTrialSucceeded: return TrialState::kSucceeded;
    case EventKind::kTrialFailed: return TrialState::kFailed;
    case EventKind::kTrialStopped: return TrialState::kStopped;
    default: return TrialState::kCancelled;
  }
}

}  // namespace

std::string SweepHistory::Apply(const Event& event, absl::Duration at) {
  if (event.revision != revision() + 1) {
    return absl::StrCat("event ", event.revision, " follows event ", revision());
  }
  if ((event.revision == 1) != (event.kind == EventKind::kSweepCreated)) return "a sweep begins with its creation";
  const std::string broken = event.trial == 0 ? ApplyToSweep(event) : ApplyToTrial(event, at);
  moments_.push_back(now_);
  if (broken.empty()) return broken;
  return absl::StrCat("event ", event.revision, " ", std::string(EventKindName(event.kind)), " of trial ", event.trial,
                      ": ", broken);
}

std::string SweepHistory::ApplyToSweep(const Event& event) {
  if (!IsLegal(now_.state, event.kind, now_.counts)) {
    return absl::StrCat("not allowed in state ", std::string(SweepStateName(now_.state)), " with ", now_.counts.open(),
                        " open trials");
  }
  switch (event.kind) {
    case EventKind::kSweepPaused: now_.state = SweepState::kPaused; break;
    case EventKind::kSweepResumed:
      now_.state = SweepState::kActive;
      now_.failures_in_a_row = 0;
      break;
    case EventKind::kSweepStopping: now_.state = SweepState::kStopping; break;
    case EventKind::kSweepFinished: now_.state = SweepState::kFinished; break;
    case EventKind::kSweepCancelled: now_.state = SweepState::kCancelled; break;
    default: break;
  }
  return "";
}

std::string SweepHistory::ApplyToTrial(const Event& event, absl::Duration at) {
  if (event.kind == EventKind::kTrialCreated) {
    if (event.trial != trial_count() + 1) return "trials are numbered without a hole";
    if (now_.state != SweepState::kActive) return "only an active sweep makes trials";
    trials_.emplace_back();
    ++now_.counts.pending;
    const std::string broken = NoteRepeat(event);
    if (!broken.empty()) return broken;
    if (spec_->run_cap.has_value() && trial_count() > *spec_->run_cap) return "more trials than run_cap";
    return "";
  }
  TrialRecord* trial = Find(event.trial);
  if (trial == nullptr) return "there is no such trial";
  if (event.kind == EventKind::kTrialImproved) {
    return trial->state == TrialState::kRunning ? "" : "it does not run";
  }
  if (event.kind == EventKind::kTrialStarted) {
    trial->extended = at;
    return Begin(*trial, event);
  }
  if (event.attempt != trial->attempt) return absl::StrCat("attempt ", event.attempt, ", not ", trial->attempt);
  if (event.kind == EventKind::kTrialStopDecided) return DecideToStop(*trial);
  const bool stops = event.kind == EventKind::kTrialStopped || event.kind == EventKind::kTrialCancelled;
  if (trial->to_stop == trial->attempt && !stops) return "it was to stop early";
  if (event.kind == EventKind::kTrialRevived) {
    if (trial->state != TrialState::kLost) return "it was not lost";
    --trial->losses;
    trial->extended = at;
  } else if (trial->state == TrialState::kLost && event.kind != EventKind::kTrialCancelled) {
    return "it is lost";
  }
  if (event.kind == EventKind::kTrialLost && ++trial->losses > spec_->retries.lost) {
    return "it is lost more often than retries.lost allows";
  }
  if (event.kind == EventKind::kTrialRequeued) trial->given_back.insert(event.attempt);
  return Move(*trial, StateAfter(event.kind), event);
}

std::string SweepHistory::DecideToStop(TrialRecord& trial) {
  if (!spec_->early_terminate.has_value()) return "its sweep has no rule";
  if (trial.state != TrialState::kRunning) return "it does not run";
  if (std::exchange(trial.to_stop, trial.attempt) == trial.attempt) return "it was decided before";
  return "";
}

std::string SweepHistory::NoteRepeat(const Event& event) {
  TrialRecord& trial = trials_.back();
  trial.first = event.trial;
  if (event.detail.empty()) return "";
  if (!absl::SimpleAtoi(absl::StripPrefix(event.detail, "repeats trial "), &trial.first)) return "it repeats no trial";
  const TrialRecord* before = Find(event.trial - 1);
  if (before == nullptr || before->first != trial.first) return "it does not follow what it repeats";
  return event.trial - trial.first < spec_->repeats ? "" : "it is one repeat too many";
}

std::string SweepHistory::Begin(TrialRecord& trial, const Event& event) {
  if (event.attempt != trial.attempt + 1) return absl::StrCat("attempt ", event.attempt, " after ", trial.attempt);
  if (trial.state == TrialState::kRunning) return "two attempts run at the same time";
  if (now_.state != SweepState::kActive && now_.state != SweepState::kStopping) {
    return absl::StrCat("no attempt starts in state ", std::string(SweepStateName(now_.state)));
  }
  trial.attempt = event.attempt;
  if (trial.attempt > 1 + spec_->retries.lost + spec_->retries.failed) return "more attempts than the retries allow";
  return Move(trial, TrialState::kRunning, event);
}

std::string SweepHistory::Move(TrialRecord& trial, TrialState to, const Event& event) {
  if (!IsLegal(trial.state, to)) {
    return absl::StrCat("from ", std::string(TrialStateName(trial.state)), " to ", std::string(TrialStateName(to)));
  }
  --CountOf(now_.counts, trial.state);
  ++CountOf(now_.counts, to);
  trial.state = to;
  NoteResult(event.trial, trial, event);
  return to == TrialState::kRunning ? CheckParallelism() : "";
}

std::string SweepHistory::CheckParallelism() const {
  if (!spec_->max_parallel.has_value() || now_.counts.running <= *spec_->max_parallel) return "";
  return absl::StrCat(now_.counts.running, " leases with max_parallel ", *spec_->max_parallel);
}

void SweepHistory::NoteResult(int64_t number, TrialRecord& trial, const Event& event) {
  const bool counts = trial.state == TrialState::kSucceeded || trial.state == TrialState::kStopped;
  if (counts) trial.objective = event.objective;
  if (spec_->max_failures.has_value()) {
    if (trial.state == TrialState::kFailed) ++now_.failures_in_a_row;
    if (counts) now_.failures_in_a_row = 0;
  }
  if (spec_->objective.has_value() && spec_->repeats > 1) return NoteMean(number);
  if (!counts) return;
  if (!spec_->objective.has_value() || !event.objective.has_value() || !std::isfinite(*event.objective)) return;
  const Goal goal = spec_->objective->goal;
  const TrialRecord* best = Find(now_.best);
  const bool ties_lower = best != nullptr && *best->objective == *event.objective && number < now_.best;
  if (best == nullptr || IsBetter(goal, *event.objective, *best->objective) || ties_lower) now_.best = number;
}

void SweepHistory::NoteMean(int64_t number) {
  const int64_t first = Find(number)->first;
  std::vector<double> objectives;
  int64_t bearer = 0;
  for (int64_t member = first; member <= trial_count() && Find(member)->first == first; ++member) {
    const TrialRecord& trial = *Find(member);
    if (!IsTerminal(trial.state)) return;
    if (!trial.objective.has_value() || !std::isfinite(*trial.objective)) continue;
    if (bearer == 0) bearer = member;
    objectives.push_back(*trial.objective);
  }
  if (bearer == 0) return;
  const double mean = MeanOf(objectives);
  Find(bearer)->mean = mean;
  const TrialRecord* best = Find(now_.best);
  const bool ties_lower = best != nullptr && *best->mean == mean && bearer < now_.best;
  if (best == nullptr || IsBetter(spec_->objective->goal, mean, *best->mean) || ties_lower) now_.best = bearer;
}

}  // namespace sweepd::simulation
