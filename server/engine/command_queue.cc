#include "server/engine/command_queue.h"

#include <utility>

#include "server/core/errors.h"

namespace sweepd {
namespace {

// A full queue is worked off within this time, or the disk is in trouble.
constexpr absl::Duration kRetryAfter = absl::Milliseconds(500);

// The share of the queue that may be in use for the urgency to be let in, in quarters.
size_t QuartersFor(Urgency urgency) {
  switch (urgency) {
    case Urgency::kReport: return 2;
    case Urgency::kRequest: return 3;
    case Urgency::kCompletion: break;
  }
  return 4;
}

}  // namespace

absl::Status CommandQueue::Push(EngineLoop::Item&& item, Urgency urgency, size_t bytes) {
  absl::MutexLock lock(&mutex_);
  if (closed_) return ShuttingDown();
  const size_t quarters = QuartersFor(urgency);
  if (waiting_.size() >= limits_.commands / 4 * quarters || bytes_ + bytes > limits_.bytes / 4 * quarters) {
    stats_.AddRefusal(urgency);
    return Overloaded("the controller has more to do than it can take", kRetryAfter);
  }
  waiting_.push_back({std::move(item), bytes});
  bytes_ += bytes;
  return absl::OkStatus();
}

bool CommandQueue::TakeBatch(absl::Duration timeout, std::vector<EngineLoop::Item>& batch) {
  absl::MutexLock lock(&mutex_);
  const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return closed_ || !waiting_.empty(); };
  mutex_.AwaitWithTimeout(absl::Condition(&ready), timeout);
  stats_.NoteQueued(static_cast<int64_t>(waiting_.size()));
  size_t taken = 0;
  while (!waiting_.empty() && batch.size() < limits_.batch_commands) {
    const size_t bytes = waiting_.front().bytes;
    if (!batch.empty() && taken + bytes > limits_.batch_bytes) break;
    batch.push_back(std::move(waiting_.front().item));
    waiting_.pop_front();
    taken += bytes;
  }
  bytes_ -= taken;
  return !(closed_ && batch.empty());
}

void CommandQueue::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
}

size_t CommandQueue::size() const {
  absl::MutexLock lock(&mutex_);
  return waiting_.size();
}

}  // namespace sweepd
