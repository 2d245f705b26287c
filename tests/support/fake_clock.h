// A clock that stands still until a test moves it.
#pragma once

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/clock.h"

namespace sweepd {

// Thread-safe. Starts at 2026-01-01T00:00:00Z with a monotonic reading of 1000 s.
class FakeClock : public Clock {
 public:
  absl::Time Now() const override {
    absl::MutexLock lock(&mutex_);
    return absl::FromUnixSeconds(1767225600) + elapsed_;
  }
  absl::Duration Monotonic() const override {
    absl::MutexLock lock(&mutex_);
    return absl::Seconds(1000) + elapsed_;
  }
  void Advance(absl::Duration by) {
    absl::MutexLock lock(&mutex_);
    elapsed_ += by;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Duration elapsed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sweepd
