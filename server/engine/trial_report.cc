// What agents tell about running attempts, and what becomes of them.
#include <cmath>

#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/engine/engine.h"

namespace sweepd {
namespace {

EventKind EventFor(TrialState state) {
  switch (state) {
    case TrialState::kLost: return EventKind::kTrialLost;
    case TrialState::kSucceeded: return EventKind::kTrialSucceeded;
    case TrialState::kFailed: return EventKind::kTrialFailed;
    case TrialState::kStopped: return EventKind::kTrialStopped;
    case TrialState::kCancelled: return EventKind::kTrialCancelled;
    case TrialState::kPending: return EventKind::kTrialRequeued;
    case TrialState::kRunning: break;
  }
  return EventKind::kTrialStarted;
}

// The reports that are not stored yet; SequenceGap when they do not follow the stored ones without a hole.
absl::StatusOr<std::vector<MetricReport>> NewReports(const Attempt& attempt, const std::vector<MetricReport>& reports) {
  std::vector<MetricReport> fresh;
  int64_t expected = attempt.acked_sequence + 1;
  for (const MetricReport& report : reports) {
    if (report.sequence < expected) continue;
    if (report.sequence > expected) return SequenceGap(attempt.trial, expected, report.sequence);
    fresh.push_back(report);
    ++expected;
  }
  return fresh;
}

Directive DirectiveOf(const Attempt& attempt) {
  return attempt.stop.has_value() ? Directive::kStop : Directive::kContinue;
}

}  // namespace

absl::StatusOr<Engine::LeasedTrial> Engine::FindLeased(const LeaseRef& lease) {
  absl::StatusOr<Attempt> attempt = store_.FindAttempt(lease.trial, lease.attempt);
  if (absl::IsNotFound(attempt.status())) return LeaseLost(lease.trial, lease.attempt);
  RETURN_IF_ERROR(attempt.status());
  if (!leases_.Holds(lease) && !tokens_.Matches(*attempt, lease.token)) return LeaseLost(lease.trial, lease.attempt);
  ASSIGN_OR_RETURN(Trial trial, store_.FindTrial(lease.trial));
  ASSIGN_OR_RETURN(Sweep sweep, store_.FindSweep(lease.trial.sweep_id));
  return LeasedTrial{std::move(sweep), std::move(trial), *std::move(attempt)};
}

absl::Status Engine::ExtendLease(const LeaseRef& ref, LeasedTrial& leased) {
  const auto& [sweep, trial, attempt] = leased;
  // A trial that failed because it was lost too often keeps a lost attempt; retried, it waits for another one.
  const bool held = trial.state == TrialState::kRunning || trial.state == TrialState::kLost;
  if (trial.attempt != attempt.number || !IsLive(attempt.state) || !held) {
    return LeaseLost(trial.key, attempt.number);
  }
  RETURN_IF_ERROR(TouchAgent(attempt.agent_id));
  if (trial.state == TrialState::kLost) RETURN_IF_ERROR(Revive(leased));
  if (!leases_.Extend(ref, monotonic_ + options_.lease_ttl)) StartLeaseClock(*sweep.spec, attempt, ref.token);
  return absl::OkStatus();
}

absl::Status Engine::Revive(LeasedTrial& leased) {
  leased.attempt.state = AttemptState::kRunning;
  leased.attempt.reason = TrialReason::kNone;
  leased.attempt.message.clear();
  leased.attempt.ended.reset();
  RETURN_IF_ERROR(store_.UpdateAttempt(leased.attempt));
  --leased.trial.lost_attempts;
  leased.trial.reason = TrialReason::kNone;
  leased.trial.message.clear();
  RETURN_IF_ERROR(MoveTrial(leased.sweep, leased.trial, TrialState::kRunning));
  RETURN_IF_ERROR(AddEvent(leased.sweep, EventKind::kTrialRevived, &leased.trial, leased.attempt.agent));
  return Save(leased.sweep);
}

absl::StatusOr<ReportAnswer> Engine::ReportMetrics(const LeaseRef& lease, const std::vector<MetricReport>& reports) {
  ASSIGN_OR_RETURN(LeasedTrial leased, FindLeased(lease));
  RETURN_IF_ERROR(ExtendLease(lease, leased));
  ASSIGN_OR_RETURN(std::vector<MetricReport> fresh, NewReports(leased.attempt, reports));
  if (!fresh.empty()) {
    RETURN_IF_ERROR(store_.AppendReports(lease.trial, lease.attempt, fresh));
    leased.attempt.acked_sequence = fresh.back().sequence;
    if (leased.sweep.spec->objective.has_value()) RETURN_IF_ERROR(NoteObjective(leased, fresh));
    if (leased.sweep.spec->early_terminate.has_value()) RETURN_IF_ERROR(JudgeReports(leased, fresh));
  }
  return ReportAnswer{leased.attempt.acked_sequence, DirectiveOf(leased.attempt)};
}

absl::Status Engine::NoteObjective(LeasedTrial& leased, const std::vector<MetricReport>& reports) {
  const Objective& objective = *leased.sweep.spec->objective;
  bool changed = false;
  for (const MetricReport& report : reports) changed |= AggregateObjective(objective, report, leased.trial);
  if (!changed) return absl::OkStatus();
  RETURN_IF_ERROR(store_.UpdateObjective(leased.trial));
  if (!std::isfinite(*leased.trial.objective)) return absl::OkStatus();
  // Watchers hear of a running trial when it is ahead of every finished one.
  ASSIGN_OR_RETURN(std::optional<Trial> best, store_.FindBestTrial(leased.sweep.id));
  if (best.has_value() && !IsBetter(objective.goal, *leased.trial.objective, ResultOf(*best))) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(AddEvent(leased.sweep, EventKind::kTrialImproved, &leased.trial));
  return Save(leased.sweep);
}

absl::StatusOr<std::vector<Directive>> Engine::Heartbeat(absl::string_view agent_id,
                                                         const std::vector<LeaseRef>& running) {
  RETURN_IF_ERROR(TouchAgent(agent_id));
  std::vector<Directive> directives;
  for (const LeaseRef& lease : running) {
    ASSIGN_OR_RETURN(Directive directive, DirectiveFor(lease));
    directives.push_back(directive);
  }
  return directives;
}

std::optional<std::vector<Directive>> Engine::TryHeartbeat(absl::string_view agent_id,
                                                           const std::vector<LeaseRef>& running) {
  const absl::Duration monotonic = clock_.Monotonic();
  if (!presence_.Touch(agent_id, {monotonic, clock_.Now()})) return std::nullopt;
  std::vector<Directive> directives;
  directives.reserve(running.size());
  for (const LeaseRef& lease : running) {
    const std::optional<Directive> directive = leases_.Extend(lease, monotonic + options_.lease_ttl);
    if (!directive.has_value()) return std::nullopt;
    directives.push_back(*directive);
  }
  return directives;
}

absl::StatusOr<Directive> Engine::DirectiveFor(const LeaseRef& lease) {
  absl::StatusOr<LeasedTrial> leased = FindLeased(lease);
  const absl::Status status = leased.ok() ? ExtendLease(lease, *leased) : leased.status();
  if (status.ok()) return DirectiveOf(leased->attempt);
  if (ReasonOf(status) != "LEASE_LOST") return status;
  const bool cancelled = leased.ok() && leased->attempt.state == AttemptState::kCancelled;
  return cancelled ? Directive::kCancel : Directive::kLeaseLost;
}

absl::StatusOr<FinishAnswer> Engine::FinishTrial(const FinishReport& report) {
  ASSIGN_OR_RETURN(LeasedTrial leased, FindLeased(report.lease));
  if (!IsLive(leased.attempt.state) && leased.attempt.state != AttemptState::kCancelled) {
    // It was finished before; this is the same call again. A trial that has a newer attempt, or that was cancelled
    // afterwards, was given back by it.
    const bool given_back =
        leased.trial.attempt != leased.attempt.number || leased.trial.state == TrialState::kCancelled;
    return FinishAnswer{given_back ? TrialState::kPending : leased.trial.state, leased.attempt.reason};
  }
  RETURN_IF_ERROR(ExtendLease(report.lease, leased));
  if (report.last_sequence > leased.attempt.acked_sequence) {
    return SequenceGap(report.lease.trial, leased.attempt.acked_sequence + 1, report.last_sequence);
  }
  std::vector<std::string> reported;
  if (leased.sweep.spec->objective.has_value() && !leased.trial.objective.has_value()) {
    ASSIGN_OR_RETURN(reported, store_.ListMetricNames(leased.trial.key, leased.attempt.number));
  }
  leased.attempt.exit_code = report.exit_code;
  const std::optional<StopDecision>& stop = leased.attempt.stop;
  const TrialVerdict verdict =
      stop.has_value() ? JudgeStopped(*stop) : JudgeFinish(*leased.sweep.spec, leased.trial, report, reported);
  if (verdict.attempt == AttemptState::kFailed) ++leased.trial.failed_attempts;
  if (verdict.attempt == AttemptState::kPreempted) ++leased.trial.lost_attempts;
  RETURN_IF_ERROR(ApplyVerdict(leased, verdict));
  return FinishAnswer{leased.trial.state, leased.trial.reason};
}

absl::Status Engine::ExpireLease(const LeaseTable::Lease& lease) {
  StopLeaseClock(lease.trial);
  absl::StatusOr<Trial> trial = store_.FindTrial(lease.trial);
  if (absl::IsNotFound(trial.status())) return absl::OkStatus();
  RETURN_IF_ERROR(trial.status());
  if (trial->state != TrialState::kRunning || trial->attempt != lease.attempt) return absl::OkStatus();
  ASSIGN_OR_RETURN(Attempt attempt, store_.FindAttempt(lease.trial, lease.attempt));
  ASSIGN_OR_RETURN(Sweep sweep, store_.FindSweep(lease.trial.sweep_id));
  LeasedTrial leased{std::move(sweep), *std::move(trial), std::move(attempt)};
  if (leased.attempt.stop.has_value()) return ApplyVerdict(leased, JudgeStopped(*leased.attempt.stop));
  const SweepSpec& spec = *leased.sweep.spec;
  const bool timed_out = lease.reached_limit();
  const TrialVerdict verdict = timed_out ? JudgeTimeout(spec, leased.trial) : JudgeLoss(spec, leased.trial);
  ++(timed_out ? leased.trial.failed_attempts : leased.trial.lost_attempts);
  return ApplyVerdict(leased, verdict);
}

absl::Status Engine::ApplyVerdict(LeasedTrial& leased, const TrialVerdict& verdict) {
  auto& [sweep, trial, attempt] = leased;
  attempt.state = verdict.attempt;
  attempt.reason = verdict.reason;
  attempt.message = verdict.message;
  attempt.ended = now_;
  RETURN_IF_ERROR(store_.UpdateAttempt(attempt));
  StopLeaseClock(trial.key);

  trial.reason = verdict.reason;
  trial.message = verdict.message;
  const bool counts = verdict.trial == TrialState::kSucceeded || verdict.trial == TrialState::kStopped;
  if (counts && trial.objective.has_value() && !std::isfinite(*trial.objective)) trial.objective.reset();
  RETURN_IF_ERROR(MoveTrial(sweep, trial, verdict.trial));
  RETURN_IF_ERROR(AddEvent(sweep, EventFor(verdict.trial), &trial, verdict.message));

  RETURN_IF_ERROR(NoteEnd(sweep, trial));
  RETURN_IF_ERROR(FinishIfIdle(sweep));
  return Save(sweep);
}

}  // namespace sweepd
