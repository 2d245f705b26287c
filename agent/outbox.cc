#include "agent/outbox.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/log.h"

namespace sweepd::agent {
namespace {

// Flush looks this often whether the deadline has been moved.
constexpr absl::Duration kFlushTick = absl::Milliseconds(50);

// An upper bound of a report's size on the wire.
size_t WireBytes(const MetricReport& report) {
  size_t bytes = 48;
  for (const auto& [name, value] : report.values) bytes += name.size() + 24;
  return bytes;
}

}  // namespace

Outbox::Outbox(LeaseRef lease, Controller& controller, const Deadline& give_up, const RetryPolicy& retry, Rng rng,
               std::function<void(Directive)> on_directive, const OutboxLimits& limits)
    : lease_(std::move(lease)),
      controller_(controller),
      give_up_(give_up),
      on_directive_(std::move(on_directive)),
      limits_(limits),
      most_reports_(limits.call_reports),
      backoff_(retry, rng),
      delivery_([this] { Deliver(); }) {}

Outbox::~Outbox() {
  {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
  }
  delivery_.join();
}

bool Outbox::HasRoom() const {
  absl::MutexLock lock(&mutex_);
  return pending_values_ < limits_.kept_values;
}

bool Outbox::Add(MetricReport report) {
  absl::MutexLock lock(&mutex_);
  if (lost_) return true;
  if (pending_values_ >= limits_.kept_values) {
    ++dropped_;
    return false;
  }
  pending_values_ += report.values.size();
  pending_.push_back(std::move(report));
  return true;
}

absl::StatusOr<int64_t> Outbox::Flush() {
  absl::MutexLock lock(&mutex_);
  const auto settled = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return lost_ || pending_.empty(); };
  while (!mutex_.AwaitWithTimeout(absl::Condition(&settled), kFlushTick)) {
    if (give_up_.HasPassed()) {
      return absl::DeadlineExceededError(absl::StrCat(pending_.size(), " reports could not be delivered in time"));
    }
  }
  if (lost_) return LeaseLost("the lease was lost while reports were delivered");
  return acked_;
}

int64_t Outbox::dropped() const {
  absl::MutexLock lock(&mutex_);
  return dropped_;
}

void Outbox::Deliver() {
  while (true) {
    const std::vector<MetricReport> batch = TakeBatch();
    if (batch.empty()) return;
    const absl::StatusOr<ReportAnswer> answer = controller_.Report(lease_, batch);
    Settle(batch.size(), answer, backoff_);
    if (answer.ok() && answer->directive != Directive::kContinue) on_directive_(answer->directive);
    if (IsLeaseLost(answer.status())) on_directive_(Directive::kLeaseLost);
  }
}

std::vector<MetricReport> Outbox::TakeBatch() {
  absl::MutexLock lock(&mutex_);
  const auto ready = [this]()
                         ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return closed_ || (!lost_ && !pending_.empty()); };
  mutex_.Await(absl::Condition(&ready));
  std::vector<MetricReport> batch;
  if (closed_) return batch;
  size_t bytes = 0;
  for (const MetricReport& report : pending_) {
    bytes += WireBytes(report);
    if (!batch.empty() && (batch.size() == most_reports_ || bytes > limits_.call_bytes)) break;
    batch.push_back(report);
    batch.back().sequence = acked_ + static_cast<int64_t>(batch.size());
  }
  return batch;
}

void Outbox::Settle(size_t sent, const absl::StatusOr<ReportAnswer>& answer, Backoff& backoff) {
  {
    absl::MutexLock lock(&mutex_);
    if (answer.ok()) {
      if (away_) LogInfo("reports are delivered again", {{"sweep", lease_.sweep}, {"trial", lease_.trial}});
      away_ = false;
      backoff.Reset();
      return Acknowledge(answer->acked_sequence);
    }
    if (IsLeaseLost(answer.status())) {
      lost_ = true;
      pending_.clear();
      pending_values_ = 0;
      return;
    }
    if (const std::optional<int64_t> expected = ExpectedSequence(answer.status())) {
      LogWarning("the controller misses reports that it had stored", {{"trial", lease_.trial}, {"from", *expected}});
      acked_ = *expected - 1;
    } else if (absl::IsInvalidArgument(answer.status())) {
      return RefuseFirst(sent, answer.status());
    }
    if (!away_) {
      LogWarning("reports wait for the controller",
                 {{"sweep", lease_.sweep}, {"trial", lease_.trial}, {"error", answer.status().ToString()}});
    }
    away_ = true;
  }
  Pause(backoff.NextDelay(answer.status()));
}

void Outbox::Acknowledge(int64_t acked_sequence) {
  // Fewer than before: the controller came back from an older copy of its state.
  while (acked_ < acked_sequence && !pending_.empty()) {
    PopFront();
    ++acked_;
  }
  acked_ = acked_sequence;
  most_reports_ = limits_.call_reports;
}

void Outbox::RefuseFirst(size_t sent, const absl::Status& status) {
  // Nothing of the call was stored. One at a time finds the report that is refused; the rest keep their order.
  if (sent > 1) {
    most_reports_ = 1;
    return;
  }
  LogWarning("the controller refused a report", {{"trial", lease_.trial}, {"error", std::string(status.message())}});
  ++dropped_;
  PopFront();
}

void Outbox::PopFront() {
  pending_values_ -= pending_.front().values.size();
  pending_.pop_front();
}

void Outbox::Pause(absl::Duration delay) {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&closed_), delay);
}

}  // namespace sweepd::agent
