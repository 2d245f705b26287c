// Retrying with exponential back-off and full jitter (Brooker, "Exponential backoff and jitter", AWS 2015).
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/rng.h"

namespace sweepd {

// The most that a wish to be left alone is heeded.
inline constexpr absl::Duration kLongestRetryAfter = absl::Minutes(1);

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
  // The same after `failure`: never shorter than it asks for (RetryAfterOf, at most kLongestRetryAfter), with the
  // jitter on top, so that callers who were turned away together do not come back together.
  absl::Duration NextDelay(const absl::Status& failure);
  void Reset() { bound_ = policy_.initial_delay; }

 private:
  RetryPolicy policy_;
  Rng rng_;
  absl::Duration bound_;
};

// UNAVAILABLE, DEADLINE_EXCEEDED and ABORTED may go away by themselves, and so may RESOURCE_EXHAUSTED of a controller
// that says when to come back (a full queue, a full disk). Without that, it is gRPC's word for a message that is too
// large, which will be too large again. The rest will not go away.
bool IsTransient(const absl::Status& status);

// Calls `attempt`, which must be idempotent, until it succeeds, fails for good, or the policy gives up. `sleep` waits
// for the given time and returns false to give up at once (the caller is shutting down).
absl::Status RetryLoop(const RetryPolicy& policy, Rng rng, absl::FunctionRef<bool(absl::Duration)> sleep,
                       absl::FunctionRef<absl::Status()> attempt);

}  // namespace sweepd
