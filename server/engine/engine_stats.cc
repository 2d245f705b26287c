#include "server/engine/engine_stats.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sweepd {

void DurationHistogram::Add(absl::Duration duration) {
  const auto micros = static_cast<uint64_t>(std::max<int64_t>(0, absl::ToInt64Microseconds(duration)));
  ++buckets_[std::min(static_cast<size_t>(std::bit_width(micros)), buckets_.size() - 1)];
  ++count_;
  total_ += duration;
  max_ = std::max(max_, duration);
}

absl::Duration DurationHistogram::Quantile(double q) const {
  const auto rank = static_cast<int64_t>(std::ceil(q * static_cast<double>(count_)));
  int64_t seen = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= rank && seen > 0) return std::min(max_, absl::Microseconds(int64_t{1} << i));
  }
  return absl::ZeroDuration();
}

void EngineStats::AddBatch(int64_t commands, int64_t failed, absl::Duration execute, absl::Duration commit) {
  absl::MutexLock lock(&mutex_);
  ++counters_.batches;
  counters_.commands += commands;
  counters_.failed_commands += failed;
  counters_.largest_batch = std::max(counters_.largest_batch, commands);
  counters_.execute.Add(execute);
  counters_.commit.Add(commit);
}

void EngineStats::AddFailedCommit() {
  absl::MutexLock lock(&mutex_);
  ++counters_.failed_commits;
}

void EngineStats::AddRefusal(Urgency urgency) {
  absl::MutexLock lock(&mutex_);
  ++counters_.refused[static_cast<size_t>(urgency)];
}

void EngineStats::AddHeartbeat() {
  absl::MutexLock lock(&mutex_);
  ++counters_.heartbeats;
}

void EngineStats::AddExpiredLeases(int64_t count) {
  absl::MutexLock lock(&mutex_);
  counters_.expired_leases += count;
}

void EngineStats::AddForgivenGap() {
  absl::MutexLock lock(&mutex_);
  ++counters_.forgiven_gaps;
}

void EngineStats::NoteQueued(int64_t waiting) {
  absl::MutexLock lock(&mutex_);
  counters_.queue_peak = std::max(counters_.queue_peak, waiting);
}

void EngineStats::NoteHeld(int64_t held) {
  absl::MutexLock lock(&mutex_);
  counters_.held_requests = held;
}

EngineCounters EngineStats::Read() const {
  absl::MutexLock lock(&mutex_);
  return counters_;
}

}  // namespace sweepd
