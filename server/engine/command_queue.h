// What waits for the engine's thread, in the order of arrival.
//
// Bounded: when it fills up, what matters least is refused first, so that agents can always deliver results and
// nobody's memory grows without end. Refusing takes the place of reordering: what was taken is run in order.
//
// Thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/core/limits.h"
#include "server/engine/engine_loop.h"
#include "server/engine/engine_stats.h"

namespace sweepd {

struct QueueLimits {
  size_t commands = kMaxQueuedCommands;
  size_t bytes = kMaxQueuedBytes;
  size_t batch_commands = kMaxBatchCommands;
  size_t batch_bytes = kMaxBatchBytes;
};

class CommandQueue {
 public:
  // `stats` must outlive the queue.
  explicit CommandQueue(EngineStats& stats, const QueueLimits& limits = {}) : stats_(stats), limits_(limits) {}

  // Takes the item. RESOURCE_EXHAUSTED (Overloaded) when the queue is too full for its urgency: half of it is for
  // everything, three quarters for all but reports, the whole for completions. UNAVAILABLE after Close. On failure the
  // item is untouched. `bytes` is the size of what it holds.
  absl::Status Push(EngineLoop::Item&& item, Urgency urgency, size_t bytes);

  // Waits at most `timeout` for items, then takes those of one batch, maybe none. False when the queue is closed and
  // empty.
  bool TakeBatch(absl::Duration timeout, std::vector<EngineLoop::Item>& batch);

  // Refuses everything from now on.
  void Close();

  size_t size() const;

 private:
  struct Waiting {
    EngineLoop::Item item;
    size_t bytes;
  };

  EngineStats& stats_;
  const QueueLimits limits_;
  mutable absl::Mutex mutex_;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace sweepd
