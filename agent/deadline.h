// A time after which waiting is pointless, and that other threads may move nearer while somebody waits.
#pragma once

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"

namespace sweepd::agent {

// Thread-safe. Never passes until Limit is called. `clock` must outlive it and really run: sleeps are real.
class Deadline {
 public:
  explicit Deadline(const Clock& clock) : clock_(clock) {}

  // The deadline passes in `from_now` at the latest. Never moves it further away.
  void Limit(absl::Duration from_now);

  bool HasPassed() const;

  // Sleeps for `duration`, or until the deadline passes if that comes first; returns false in the second case.
  bool SleepFor(absl::Duration duration);

 private:
  const Clock& clock_;
  mutable absl::Mutex mutex_;
  absl::Duration limit_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteDuration();  // on the monotonic clock
};

}  // namespace sweepd::agent
