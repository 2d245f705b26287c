// Retrying with exponential back-off and full jitter (Brooker, "Exponential backoff and jitter", AWS 2015).
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/rng.h"

namespace sweepd {

struct RetryPolicy {
  absl::Duration initial_delay = absl::Milliseconds(100);   // upper bound of the first wait
  absl::Duration max_delay = absl::Seconds(5);              // upper bound of every wait
  absl::Duration give_up_after = absl::InfiniteDuration();  // sum of waits after which the last error is returned
};

// The waits between tries: the n-th is uniform in [0, min(max_delay, initial_delay 2^n)]. Not thread-safe.
class Backoff {
 public:
  Backoff(const RetryPolicy& policy, Rng rng) : policy_(policy), rng_(rng), bound_(policy.initial_delay) {}

  absl::Duration NextDelay();
  void Reset() { bound_ = policy_.initial_delay; }

 private:
  RetryPolicy policy_;
  Rng rng_;
  absl::Duration bound_;
};

// UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED and ABORTED may go away by themselves; the rest will not.
bool IsTransient(const absl::Status& status);

// Calls `attempt`, which must be idempotent, until it succeeds, fails for good, or the policy gives up. `sleep` waits
// for the given time and returns false to give up at once (the caller is shutting down).
absl::Status RetryLoop(const RetryPolicy& policy, Rng rng, absl::FunctionRef<bool(absl::Duration)> sleep,
                       absl::FunctionRef<absl::Status()> attempt);

}  // namespace sweepd
