// What users do with sweeps.
#include <utility>

#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/engine/engine.h"
#include "server/engine/prior_trials.h"

namespace sweepd {
namespace {

constexpr int kSweepIdLength = 8;

absl::Status RefuseIfNothingLeft(StoreReader& store, const Sweep& sweep) {
  if (ExhaustedBy(sweep) != SweepReason::kNone) return NothingLeftToDo(sweep);
  if (sweep.reason == SweepReason::kSpaceExhausted) return NothingLeftToDo(sweep);
  if (!sweep.spec->objective.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::optional<Trial> best, store.FindBestTrial(sweep.id));
  if (best.has_value() && ReachesTarget(*sweep.spec->objective, ResultOf(*best))) return NothingLeftToDo(sweep);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SweepView> Engine::CreateSweep(const NewSweep& request) {
  ASSIGN_OR_RETURN(std::optional<StoredResponse> earlier, store_.FindResponse(request.request_id));
  if (earlier.has_value()) {
    if (earlier->fingerprint != request.fingerprint) return RequestIdReused(request.request_id);
    return FindSweepView(store_, earlier->response);
  }
  SweepSpec spec = request.spec;
  // 31 bits: long enough to be one's own, short enough to be typed.
  if (!request.seed_given) spec.seed = ids_.NextWord() >> 33;
  ASSIGN_OR_RETURN(spec.prior_trials, GatherPriorTrials(store_, spec));

  Sweep sweep;
  do {
    sweep.id = MakeBase32Id(ids_, kSweepIdLength);
  } while (store_.FindSweep(sweep.id).ok());
  sweep.spec = std::make_shared<const SweepSpec>(std::move(spec));
  if (!request.source.empty()) sweep.source = std::make_shared<const std::string>(request.source);
  sweep.created = now_;
  sweep.updated = now_;
  RETURN_IF_ERROR(store_.InsertSweep(sweep));
  RETURN_IF_ERROR(AddEvent(sweep, EventKind::kSweepCreated, nullptr));
  RETURN_IF_ERROR(store_.InsertResponse(request.request_id, {request.fingerprint, sweep.id}, now_));
  RETURN_IF_ERROR(Save(sweep));
  return ViewOf(store_, std::move(sweep));
}

absl::StatusOr<SweepView> Engine::PauseSweep(absl::string_view id) {
  ASSIGN_OR_RETURN(Sweep sweep, store_.FindSweep(id));
  if (sweep.state == SweepState::kPaused) return ViewOf(store_, std::move(sweep));
  if (sweep.state != SweepState::kActive) return WrongSweepState(sweep, "pause");
  RETURN_IF_ERROR(Pause(sweep, SweepReason::kUser, ""));
  RETURN_IF_ERROR(Save(sweep));
  return ViewOf(store_, std::move(sweep));
}

absl::StatusOr<SweepView> Engine::ResumeSweep(absl::string_view id) {
  ASSIGN_OR_RETURN(Sweep sweep, store_.FindSweep(id));
  if (sweep.state == SweepState::kActive) return ViewOf(store_, std::move(sweep));
  if (sweep.state == SweepState::kCancelled) return WrongSweepState(sweep, "resume");
  if (sweep.state != SweepState::kPaused) RETURN_IF_ERROR(RefuseIfNothingLeft(store_, sweep));
  sweep.state = SweepState::kActive;
  sweep.reason = SweepReason::kNone;
  sweep.failures_in_a_row = 0;
  sweep.ended.reset();
  RETURN_IF_ERROR(AddEvent(sweep, EventKind::kSweepResumed, nullptr));
  // What a user did while it was paused may have used its cap up.
  RETURN_IF_ERROR(StopIfExhausted(sweep));
  RETURN_IF_ERROR(Save(sweep));
  return ViewOf(store_, std::move(sweep));
}

absl::StatusOr<SweepView> Engine::StopSweep(absl::string_view id) {
  ASSIGN_OR_RETURN(Sweep sweep, store_.FindSweep(id));
  if (sweep.state == SweepState::kCancelled) return WrongSweepState(sweep, "stop");
  if (sweep.state != SweepState::kStopping && sweep.state != SweepState::kFinished) {
    RETURN_IF_ERROR(CancelOpenTrials(sweep, /*only_unstarted=*/true, TrialReason::kSweepStopped));
    RETURN_IF_ERROR(BeginStopping(sweep, SweepReason::kUser));
    RETURN_IF_ERROR(Save(sweep));
  }
  return ViewOf(store_, std::move(sweep));
}

absl::StatusOr<SweepView> Engine::CancelSweep(absl::string_view id) {
  ASSIGN_OR_RETURN(Sweep sweep, store_.FindSweep(id));
  if (sweep.state == SweepState::kCancelled) return ViewOf(store_, std::move(sweep));
  if (sweep.state == SweepState::kFinished) return WrongSweepState(sweep, "cancel");
  RETURN_IF_ERROR(CancelOpenTrials(sweep, /*only_unstarted=*/false, TrialReason::kSweepCancelled));
  sweep.state = SweepState::kCancelled;
  sweep.reason = SweepReason::kUser;
  sweep.ended = now_;
  RETURN_IF_ERROR(AddEvent(sweep, EventKind::kSweepCancelled, nullptr));
  RETURN_IF_ERROR(Save(sweep));
  return ViewOf(store_, std::move(sweep));
}

absl::Status Engine::DeleteSweep(absl::string_view id) {
  ASSIGN_OR_RETURN(Sweep sweep, store_.FindSweep(id));
  if (!IsTerminal(sweep.state)) return SweepStillOpen(sweep);
  RETURN_IF_ERROR(store_.DeleteSweep(id));
  changed_.insert(sweep.id);
  AfterCommit([this, id = sweep.id] {
    strategies_.erase(id);
    degraded_in_a_row_.erase(id);
    watch_hub_.Notify(id);
  });
  return absl::OkStatus();
}

absl::Status Engine::CancelOpenTrials(Sweep& sweep, bool only_unstarted, TrialReason reason) {
  TrialQuery query{{TrialState::kPending}, TrialOrder::kNumber, 0, kMaxPageSize};
  if (!only_unstarted) query.states = {TrialState::kPending, TrialState::kRunning, TrialState::kLost};
  while (true) {
    ASSIGN_OR_RETURN(std::vector<Trial> trials, store_.ListTrials(sweep.id, query));
    for (Trial& trial : trials) {
      query.after = trial.key.number;
      if (only_unstarted && trial.attempt > 0) continue;
      RETURN_IF_ERROR(CancelOpenTrial(sweep, trial, reason));
    }
    if (static_cast<int64_t>(trials.size()) < query.limit) return absl::OkStatus();
  }
}

absl::Status Engine::CancelOpenTrial(Sweep& sweep, Trial& trial, TrialReason reason) {
  if (trial.state != TrialState::kPending) {
    ASSIGN_OR_RETURN(Attempt attempt, store_.FindAttempt(trial.key, trial.attempt));
    attempt.state = AttemptState::kCancelled;
    attempt.reason = reason;
    attempt.message.clear();
    attempt.ended = now_;
    RETURN_IF_ERROR(store_.UpdateAttempt(attempt));
    StopLeaseClock(trial.key);
  }
  trial.reason = reason;
  trial.message.clear();
  RETURN_IF_ERROR(MoveTrial(sweep, trial, TrialState::kCancelled));
  RETURN_IF_ERROR(AddEvent(sweep, EventKind::kTrialCancelled, &trial));
  return SettleAssignment(sweep, trial).status();
}

absl::Status Engine::BeginStopping(Sweep& sweep, SweepReason reason) {
  sweep.state = SweepState::kStopping;
  sweep.reason = reason;
  RETURN_IF_ERROR(AddEvent(sweep, EventKind::kSweepStopping, nullptr, std::string(SweepReasonName(reason))));
  return FinishIfIdle(sweep);
}

absl::Status Engine::FinishIfIdle(Sweep& sweep) {
  if (sweep.state != SweepState::kStopping || sweep.counts.open() > 0) return absl::OkStatus();
  sweep.state = SweepState::kFinished;
  sweep.ended = now_;
  return AddEvent(sweep, EventKind::kSweepFinished, nullptr, std::string(SweepReasonName(sweep.reason)));
}

}  // namespace sweepd
