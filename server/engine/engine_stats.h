// Counters of a running controller, since its start.
//
// Thread-safe: the engine's thread and the threads that answer calls write, anyone reads. Times are of
// Clock::Monotonic().
#pragma once

#include <array>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace sweepd {

// How often something took how long, in buckets that double from 1 microsecond.
class DurationHistogram {
 public:
  void Add(absl::Duration duration);
  int64_t count() const { return count_; }
  absl::Duration total() const { return total_; }
  absl::Duration max() const { return max_; }
  // An upper bound of the quantile, at most twice the true one and never above max; zero when empty. `q` in [0, 1].
  absl::Duration Quantile(double q) const;

 private:
  std::array<int64_t, 40> buckets_{};  // bucket i: below 2^i microseconds
  int64_t count_ = 0;
  absl::Duration total_;
  absl::Duration max_;
};

// How much a command matters when there are too many: the least first are refused.
enum class Urgency { kReport, kRequest, kCompletion };
inline constexpr size_t kUrgencies = 3;

struct EngineCounters {
  int64_t batches = 0;          // transactions committed with at least one command
  int64_t commands = 0;         // run in them
  int64_t failed_commands = 0;  // rolled back alone, with an error for the caller
  int64_t failed_commits = 0;
  int64_t largest_batch = 0;  // commands
  DurationHistogram execute;  // a batch's commands, without its commit
  DurationHistogram commit;
  int64_t queue_peak = 0;                     // commands that waited at the same time
  std::array<int64_t, kUrgencies> refused{};  // because the queue was full, by Urgency
  int64_t heartbeats = 0;                     // answered beside the engine's thread
  int64_t held_requests = 0;                  // requests for a trial that wait for one now
  int64_t expired_leases = 0;
  int64_t forgiven_gaps = 0;
};

class EngineStats {
 public:
  void AddBatch(int64_t commands, int64_t failed, absl::Duration execute, absl::Duration commit);
  void AddFailedCommit();
  void AddRefusal(Urgency urgency);
  void AddHeartbeat();
  void AddExpiredLeases(int64_t count);
  void AddForgivenGap();
  void NoteQueued(int64_t waiting);
  void NoteHeld(int64_t held);

  EngineCounters Read() const;

 private:
  mutable absl::Mutex mutex_;
  EngineCounters counters_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sweepd
