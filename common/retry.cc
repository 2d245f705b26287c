#include "common/retry.h"

#include <algorithm>

#include "common/retry_after.h"

namespace sweepd {

absl::Duration Backoff::NextDelay() {
  const absl::Duration delay = bound_ * rng_.NextUnit();
  bound_ = std::min(policy_.max_delay, bound_ * 2);
  return delay;
}

absl::Duration Backoff::NextDelay(const absl::Status& failure) {
  const absl::Duration asked = RetryAfterOf(failure).value_or(absl::ZeroDuration());
  return std::min(asked, kLongestRetryAfter) + NextDelay();
}

bool IsTransient(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted: return true;
    case absl::StatusCode::kResourceExhausted: return RetryAfterOf(status).has_value();
    default: return false;
  }
}

absl::Status RetryLoop(const RetryPolicy& policy, Rng rng, absl::FunctionRef<bool(absl::Duration)> sleep,
                       absl::FunctionRef<absl::Status()> attempt) {
  Backoff backoff(policy, rng);
  absl::Duration waited;
  while (true) {
    const absl::Status status = attempt();
    if (!IsTransient(status)) return status;
    const absl::Duration delay = backoff.NextDelay(status);
    waited += delay;
    if (waited > policy.give_up_after || !sleep(delay)) return status;
  }
}

}  // namespace sweepd
