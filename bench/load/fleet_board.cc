#include "bench/load/fleet_board.h"

#include <utility>

#include "absl/time/clock.h"
#include "bench/load/percentile.h"

namespace sweepd::load {

int64_t PhaseResult::error_count() const {
  int64_t count = 0;
  for (const auto& [text, times] : errors) count += times;
  return count;
}

int FleetBoard::BeginPhase() {
  absl::MutexLock lock(&mutex_);
  result_ = {};
  latencies_.clear();
  begun_ = absl::Now();
  return ++phase_;
}

int FleetBoard::phase() const {
  absl::MutexLock lock(&mutex_);
  return phase_;
}

PhaseResult FleetBoard::Result() const {
  absl::MutexLock lock(&mutex_);
  PhaseResult result = result_;
  result.length = absl::Now() - begun_;
  result.heartbeats = static_cast<int64_t>(latencies_.size());
  result.p50 = Percentile(latencies_, 0.5);
  result.p99 = Percentile(latencies_, 0.99);
  return result;
}

bool FleetBoard::AwaitPresent(int64_t agents, absl::Duration timeout) {
  absl::MutexLock lock(&mutex_);
  const auto all = [this, agents]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return result_.present >= agents; };
  return mutex_.AwaitWithTimeout(absl::Condition(&all), timeout);
}

void FleetBoard::NotePresent(int phase) {
  absl::MutexLock lock(&mutex_);
  if (phase == phase_) ++result_.present;
}

void FleetBoard::NoteHeartbeat(int phase, absl::Duration latency) {
  absl::MutexLock lock(&mutex_);
  if (phase == phase_) latencies_.push_back(latency);
}

void FleetBoard::NoteLeaseLost() {
  absl::MutexLock lock(&mutex_);
  ++result_.leases_lost;
}

void FleetBoard::NoteError(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  ++result_.errors[status.ToString()];
}

}  // namespace sweepd::load
