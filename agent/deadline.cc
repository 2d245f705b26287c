#include "agent/deadline.h"

#include <algorithm>

namespace sweepd::agent {

void Deadline::Limit(absl::Duration from_now) {
  absl::MutexLock lock(&mutex_);
  limit_ = std::min(limit_, clock_.Monotonic() + from_now);
}

bool Deadline::HasPassed() const {
  absl::MutexLock lock(&mutex_);
  return clock_.Monotonic() >= limit_;
}

bool Deadline::SleepFor(absl::Duration duration) {
  absl::MutexLock lock(&mutex_);
  const absl::Duration wake = clock_.Monotonic() + duration;
  while (true) {
    const absl::Duration now = clock_.Monotonic();
    if (now >= limit_) return false;
    if (now >= wake) return true;
    const absl::Duration seen = limit_;
    const auto moved = [this, seen]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return limit_ != seen; };
    mutex_.AwaitWithTimeout(absl::Condition(&moved), std::min(wake, limit_) - now);
  }
}

}  // namespace sweepd::agent
