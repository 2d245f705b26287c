#include "server/core/errors.h"

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/retry_after.h"
#include "server/core/limits.h"

namespace sweepd {
namespace {

constexpr absl::string_view kReasonUrl = "sweepd/reason";
constexpr absl::string_view kHintUrl = "sweepd/hint";
constexpr absl::string_view kExpectedSequenceUrl = "sweepd/expected-sequence";

std::string PayloadOf(const absl::Status& status, absl::string_view url) {
  const auto payload = status.GetPayload(url);
  return payload.has_value() ? std::string(*payload) : std::string();
}

}  // namespace

absl::Status WithReason(absl::Status status, absl::string_view reason, absl::string_view hint) {
  status.SetPayload(kReasonUrl, absl::Cord(reason));
  if (!hint.empty()) status.SetPayload(kHintUrl, absl::Cord(hint));
  return status;
}

int64_t ExpectedSequenceOf(const absl::Status& status) {
  int64_t expected = 0;
  return absl::SimpleAtoi(PayloadOf(status, kExpectedSequenceUrl), &expected) ? expected : 0;
}

std::string ReasonOf(const absl::Status& status) { return PayloadOf(status, kReasonUrl); }
std::string HintOf(const absl::Status& status) { return PayloadOf(status, kHintUrl); }

absl::Status SweepNotFound(absl::string_view sweep_id) {
  return WithReason(absl::NotFoundError(absl::StrCat("there is no sweep \"", sweep_id, "\"")), "SWEEP_NOT_FOUND",
                    "`sweepctl list` shows the sweeps of this controller");
}

absl::Status TrialNotFound(const TrialKey& key) {
  return WithReason(absl::NotFoundError(absl::StrCat("sweep ", key.sweep_id, " has no trial ", key.number)),
                    "TRIAL_NOT_FOUND", absl::StrCat("`sweepctl trials ", key.sweep_id, "` shows its trials"));
}

absl::Status AttemptNotFound(const TrialKey& key, int64_t attempt) {
  return WithReason(absl::NotFoundError(absl::StrCat(TrialResourceName(key), " has no attempt ", attempt)),
                    "ATTEMPT_NOT_FOUND", "");
}

absl::Status NoSuccessfulTrial(absl::string_view sweep_id) {
  return WithReason(
      absl::NotFoundError(absl::StrCat("sweep ", sweep_id, " has no successful trial with an objective yet")),
      "NO_SUCCESSFUL_TRIAL", absl::StrCat("`sweepctl trials ", sweep_id, "` shows how its trials ended"));
}

absl::Status NoObjective(absl::string_view sweep_id) {
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat("sweep ", sweep_id, " has no metric, so none of its trials is best")),
      "NO_OBJECTIVE", "give the sweep file a `metric` with name and goal");
}

absl::Status NothingToJudgeBy(absl::string_view sweep_id) {
  return WithReason(absl::FailedPreconditionError(
                        absl::StrCat("sweep ", sweep_id, " has no metric, so early_terminate cannot judge its trials")),
                    "NO_OBJECTIVE", "create a sweep with a `metric`");
}

absl::Status WrongSweepState(const Sweep& sweep, absl::string_view verb) {
  return WithReason(absl::FailedPreconditionError(
                        absl::StrCat("cannot ", verb, " sweep ", sweep.id, ": it is ", SweepStateName(sweep.state))),
                    "WRONG_STATE", "");
}

absl::Status PriorUnusable(size_t index, absl::string_view why, absl::string_view hint) {
  return WithReason(absl::InvalidArgumentError(absl::StrCat("prior[", index, "]: ", why)), "INVALID_PRIOR", hint);
}

absl::Status NothingLeftToDo(const Sweep& sweep) {
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat("cannot resume sweep ", sweep.id, ": nothing is left to do (",
                                                 SweepReasonName(sweep.reason), ")")),
      "NOTHING_LEFT",
      absl::StrCat("raise its run_cap, if that is the reason (`sweepctl update ", sweep.id,
                   " --run-cap N`), or create a new sweep with a larger space"));
}

absl::Status WrongTrialState(const Trial& trial, absl::string_view verb, absl::string_view cure) {
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat("cannot ", verb, " trial ", trial.key.number, " of sweep ",
                                                 trial.key.sweep_id, ": it is ", TrialStateName(trial.state))),
      "WRONG_STATE", cure);
}

absl::Status RunCapReached(const Sweep& sweep) {
  return WithReason(absl::FailedPreconditionError(absl::StrCat("sweep ", sweep.id, " has ", sweep.counts.total(),
                                                               " trials, and its run_cap is ", *sweep.spec->run_cap)),
                    "RUN_CAP_REACHED", absl::StrCat("raise it first: `sweepctl update ", sweep.id, " --run-cap N`"));
}

absl::Status OutsideSpace(const Sweep& sweep, const absl::Status& why) {
  return WithReason(
      absl::InvalidArgumentError(absl::StrCat("not an assignment of sweep ", sweep.id, ": ", why.message())),
      "OUTSIDE_SPACE", absl::StrCat("`sweepctl show ", sweep.id, "` shows its parameters"));
}

absl::Status SweepStillOpen(const Sweep& sweep) {
  return WithReason(absl::FailedPreconditionError(
                        absl::StrCat("cannot delete sweep ", sweep.id, ": it is ", SweepStateName(sweep.state))),
                    "SWEEP_OPEN", absl::StrCat("cancel it first: `sweepctl cancel ", sweep.id, "`"));
}

absl::Status AgentNotFound(absl::string_view agent_id) {
  return WithReason(absl::NotFoundError(absl::StrCat("agent \"", agent_id, "\" is not registered here")),
                    "AGENT_NOT_FOUND", "register again");
}

absl::Status LeaseLost(const TrialKey& key, int64_t attempt) {
  return WithReason(absl::FailedPreconditionError(absl::StrCat("attempt ", attempt, " of ", TrialResourceName(key),
                                                               " no longer holds its lease")),
                    "LEASE_LOST", "stop the program and discard its result");
}

absl::Status SequenceGap(const TrialKey& key, int64_t expected, int64_t given) {
  absl::Status status = absl::FailedPreconditionError(
      absl::StrCat(TrialResourceName(key), " expects report ", expected, " next, but got ", given));
  status.SetPayload(kExpectedSequenceUrl, absl::Cord(absl::StrCat(expected)));
  return WithReason(std::move(status), "SEQUENCE_GAP", absl::StrCat("send again from report ", expected));
}

absl::Status RequestIdReused(absl::string_view request_id) {
  return WithReason(
      absl::InvalidArgumentError(absl::StrCat("request_id \"", request_id, "\" was used before with another content")),
      "REQUEST_ID_REUSED", "use a fresh request_id for each new request");
}

absl::Status Overloaded(absl::string_view what, absl::Duration retry_after) {
  return WithRetryAfter(
      WithReason(absl::ResourceExhaustedError(what), "OVERLOADED", "try again a little later; nothing was changed"),
      retry_after);
}

absl::Status DiskFull(absl::string_view message) {
  return WithRetryAfter(WithReason(absl::ResourceExhaustedError(message), "DISK_FULL",
                                   "free space on the disk of the controller; it goes on by itself"),
                        kDiskFullRetryAfter);
}

absl::Status ShuttingDown() {
  return WithRetryAfter(
      WithReason(absl::UnavailableError("the controller is shutting down"), "SHUTTING_DOWN", "try again"),
      kRestartRetryAfter);
}

}  // namespace sweepd
