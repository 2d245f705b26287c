#include "common/retry.h"

#include <algorithm>

namespace sweepd {

absl::Duration Backoff::NextDelay() {
  const absl::Duration delay = bound_ * rng_.NextUnit();
  bound_ = std::min(policy_.max_delay, bound_ * 2);
  return delay;
}

bool IsTransient(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kAborted: return true;
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
    const absl::Duration delay = backoff.NextDelay();
    waited += delay;
    if (waited > policy.give_up_after || !sleep(delay)) return status;
  }
}

}  // namespace sweepd
