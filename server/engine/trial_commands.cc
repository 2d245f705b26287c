// What users do with single trials.
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/core/partial_assignment.h"
#include "server/engine/engine.h"

namespace sweepd {

absl::StatusOr<std::optional<Trial>> Engine::EarlierTrial(const std::string& request_id,
                                                          const std::string& fingerprint) {
  ASSIGN_OR_RETURN(const std::optional<StoredResponse> earlier, store_.FindResponse(request_id));
  if (!earlier.has_value()) return std::nullopt;
  if (earlier->fingerprint != fingerprint) return RequestIdReused(request_id);
  TrialKey key;
  const auto [sweep_id, number] = std::pair<std::string, std::string>(absl::StrSplit(earlier->response, '/'));
  if (!absl::SimpleAtoi(number, &key.number)) return RequestIdReused(request_id);
  key.sweep_id = sweep_id;
  ASSIGN_OR_RETURN(Trial trial, store_.FindTrial(key));
  return trial;
}

absl::Status Engine::RememberTrial(const std::string& request_id, const std::string& fingerprint, const TrialKey& key) {
  return store_.InsertResponse(request_id, {fingerprint, absl::StrCat(key.sweep_id, "/", key.number)}, now_);
}

absl::Status Engine::Reopen(Sweep& sweep) {
  if (sweep.state != SweepState::kFinished) return absl::OkStatus();
  sweep.state = SweepState::kStopping;
  sweep.ended.reset();
  return AddEvent(sweep, EventKind::kSweepReopened, nullptr);
}

absl::StatusOr<Trial> Engine::AddTrial(const NewTrial& request) {
  ASSIGN_OR_RETURN(std::optional<Trial> earlier, EarlierTrial(request.request_id, request.fingerprint));
  if (earlier.has_value()) return *std::move(earlier);
  ASSIGN_OR_RETURN(Sweep sweep, store_.FindSweep(request.sweep_id));
  if (sweep.state == SweepState::kCancelled) return WrongSweepState(sweep, "add a trial to");
  for (const auto& [name, value] : request.assignment) {
    const absl::Status inside = CheckPart(sweep.spec->space, name, value);
    if (!inside.ok())
      return OutsideSpace(sweep, absl::InvalidArgumentError(absl::StrCat(name, ": ", inside.message())));
  }
  Assignment assignment = WithConstants(sweep.spec->space, request.assignment);
  const absl::Status inside = sweep.spec->space.CheckAssignment(assignment);
  if (!inside.ok()) return OutsideSpace(sweep, inside);
  const std::optional<int64_t>& cap = sweep.spec->run_cap;
  if (cap.has_value() && sweep.counts.total() >= *cap) return RunCapReached(sweep);

  RETURN_IF_ERROR(Reopen(sweep));
  ASSIGN_OR_RETURN(Trial trial, MakeTrial(sweep, std::move(assignment), EventKind::kTrialAdded));
  RETURN_IF_ERROR(store_.InsertTrial(trial));
  RETURN_IF_ERROR(StopIfExhausted(sweep));
  RETURN_IF_ERROR(RememberTrial(request.request_id, request.fingerprint, trial.key));
  RETURN_IF_ERROR(Save(sweep));
  return trial;
}

absl::StatusOr<Trial> Engine::RetryTrial(const TrialRetry& request) {
  ASSIGN_OR_RETURN(std::optional<Trial> earlier, EarlierTrial(request.request_id, request.fingerprint));
  if (earlier.has_value()) return *std::move(earlier);
  ASSIGN_OR_RETURN(Sweep sweep, store_.FindSweep(request.trial.sweep_id));
  ASSIGN_OR_RETURN(Trial trial, store_.FindTrial(request.trial));
  if (sweep.state == SweepState::kCancelled) return WrongSweepState(sweep, "retry a trial of");
  if (!IsTerminal(trial.state)) return WrongTrialState(trial, "retry", "it is not over yet");
  if (trial.state == TrialState::kSucceeded) {
    return WrongTrialState(trial, "retry", "only FAILED, STOPPED and CANCELLED trials are retried");
  }

  RETURN_IF_ERROR(Reopen(sweep));
  trial.reason = TrialReason::kNone;
  trial.message.clear();
  trial.lost_attempts = 0;
  trial.failed_attempts = 0;
  trial.ended.reset();
  RETURN_IF_ERROR(MoveTrial(sweep, trial, TrialState::kPending));
  RETURN_IF_ERROR(SettleAssignment(sweep, trial).status());
  RETURN_IF_ERROR(AddEvent(sweep, EventKind::kTrialRetried, &trial));
  RETURN_IF_ERROR(RememberTrial(request.request_id, request.fingerprint, trial.key));
  RETURN_IF_ERROR(Save(sweep));
  return trial;
}

absl::StatusOr<Trial> Engine::CancelTrial(const TrialKey& key) {
  ASSIGN_OR_RETURN(Sweep sweep, store_.FindSweep(key.sweep_id));
  ASSIGN_OR_RETURN(Trial trial, store_.FindTrial(key));
  if (trial.state == TrialState::kCancelled) return trial;
  if (IsTerminal(trial.state)) {
    return WrongTrialState(trial, "cancel", "only PENDING, RUNNING and LOST trials are cancelled");
  }
  RETURN_IF_ERROR(CancelOpenTrial(sweep, trial, TrialReason::kUser));
  RETURN_IF_ERROR(NoteEnd(sweep, trial));
  RETURN_IF_ERROR(FinishIfIdle(sweep));
  RETURN_IF_ERROR(Save(sweep));
  return trial;
}

}  // namespace sweepd
