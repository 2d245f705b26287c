#include "agent/attempt_end.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "agent/conclusion.h"
#include "common/log.h"

namespace sweepd::agent {
namespace {

// The word for result.json and for people; "" for an attempt that is not over here.
std::string StateOf(const Delivery& delivery) {
  switch (delivery.end) {
    case AttemptEnd::kAccepted: return delivery.answer.state;
    case AttemptEnd::kCancelled: return "CANCELLED";
    case AttemptEnd::kLeaseLost: return "LEASE_LOST";
    case AttemptEnd::kRefused: return "REFUSED";
    case AttemptEnd::kUndelivered: break;
  }
  return "";
}

void LogEnd(const Delivery& delivery, const LeaseRef& lease) {
  if (delivery.end == AttemptEnd::kLeaseLost) {
    LogWarning("the lease was lost: the attempt and what it had not delivered are discarded",
               {{"sweep", lease.sweep}, {"trial", lease.trial}, {"attempt", lease.attempt}});
  } else if (delivery.end == AttemptEnd::kRefused) {
    LogError("the controller refused a result",
             {{"sweep", lease.sweep}, {"trial", lease.trial}, {"error", delivery.problem}});
  } else if (delivery.end == AttemptEnd::kUndelivered) {
    LogWarning("a result could not be delivered: it waits in the work folder for the next start of an agent there",
               {{"sweep", lease.sweep}, {"trial", lease.trial}, {"error", delivery.problem}});
  }
}

}  // namespace

Delivery DeliverResult(FinishRequest finish, const DeliveryMeans& means) {
  Delivery delivery;
  const auto attempt = [&]() -> absl::Status {
    const absl::StatusOr<FinishAnswer> tried = means.controller.Finish(finish);
    if (tried.ok()) delivery.answer = *tried;
    const std::optional<int64_t> expected = ExpectedSequence(tried.status());
    if (!expected.has_value() || *expected > finish.last_sequence) return tried.status();
    // It came back from an older copy of its state. What it had acknowledged is gone here too; the result is not.
    LogWarning("the controller misses reports that it had stored",
               {{"trial", finish.lease.trial}, {"from", *expected}});
    finish.last_sequence = *expected - 1;
    return absl::UnavailableError(tried.status().message());
  };
  const auto sleep = [&](absl::Duration delay) { return means.farewell.SleepFor(delay); };
  const absl::Status status = RetryLoop(means.retry, Rng(means.ids.NextWord(), 0), sleep, attempt);
  delivery.problem = std::string(status.message());
  if (status.ok()) {
    delivery.end = AttemptEnd::kAccepted;
  } else if (IsLeaseLost(status)) {
    delivery.end = AttemptEnd::kLeaseLost;
  } else {
    // Whatever is not said of the result itself may be otherwise at the next start.
    const bool refused = absl::IsInvalidArgument(status) || absl::IsFailedPrecondition(status);
    delivery.end = refused ? AttemptEnd::kRefused : AttemptEnd::kUndelivered;
  }
  return delivery;
}

Delivery DeliverAttempt(Outbox& outbox, absl::FunctionRef<FinishRequest(int64_t)> finish, const DeliveryMeans& means) {
  const absl::StatusOr<int64_t> last_sequence = outbox.Flush();
  if (last_sequence.ok()) return DeliverResult(finish(*last_sequence), means);
  const bool lost = IsLeaseLost(last_sequence.status());
  return {lost ? AttemptEnd::kLeaseLost : AttemptEnd::kUndelivered, {}, std::string(last_sequence.status().message())};
}

std::string CloseAttempt(const Delivery& delivery, const LeaseRef& lease, Outcome outcome, const Workdir* workdir,
                         Spool* spool, const Clock& clock) {
  LogEnd(delivery, lease);
  if (delivery.end == AttemptEnd::kUndelivered) return "not delivered";
  const std::string state = StateOf(delivery);
  if (workdir != nullptr) {
    const Value::Map result = {
        {"finished", absl::FormatTime(absl::RFC3339_sec, clock.Now(), absl::UTCTimeZone())},
        {"outcome", std::string(OutcomeName(outcome))},
        {"reason", delivery.answer.reason},
        {"state", state},
    };
    const absl::Status status = workdir->KeepResult(result);
    if (!status.ok()) LogWarning("result.json could not be written", {{"error", status.ToString()}});
  }
  // After result.json: an attempt with neither would look as if it ran.
  if (spool != nullptr) spool->Remove();
  return absl::StrCat(state, delivery.answer.reason.empty() ? "" : " ", delivery.answer.reason);
}

}  // namespace sweepd::agent
