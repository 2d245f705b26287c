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

Outbox::Outbox(Spool& spool, Controller& controller, const Deadline& give_up, const RetryPolicy& retry, Rng rng,
               std::function<void(Directive)> on_directive, const OutboxLimits& limits)
    : lease_(spool.lease()),
      controller_(controller),
      give_up_(give_up),
      on_directive_(std::move(on_directive)),
      limits_(limits),
      spool_(spool),
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
  return in_memory_.empty() ? spool_.HasRoom() : values_in_memory_ < limits_.memory_values;
}

void Outbox::Take(std::vector<MetricReport> reports, const FeedMark& mark) {
  absl::MutexLock lock(&mutex_);
  if (lost_) return;
  // Once some are in memory the later ones have to wait behind them.
  if (in_memory_.empty()) {
    const absl::Status status = spool_.Append(reports, mark);
    NoteDisk(status);
    if (status.ok()) return;
  }
  for (MetricReport& report : reports) {
    values_in_memory_ += report.values.size();
    in_memory_.push_back(std::move(report));
  }
}

bool Outbox::Offer(std::vector<MetricReport> reports, const FeedMark& mark) {
  if (HasRoom()) {
    Take(std::move(reports), mark);
    return true;
  }
  absl::MutexLock lock(&mutex_);
  dropped_ += static_cast<int64_t>(reports.size());
  return reports.empty();
}

void Outbox::KeepFinish(const FinishRequest& finish) {
  absl::MutexLock lock(&mutex_);
  NoteDisk(spool_.KeepFinish(finish));
}

absl::StatusOr<int64_t> Outbox::Flush() {
  absl::MutexLock lock(&mutex_);
  const auto settled = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return lost_ || pending() == 0; };
  while (!mutex_.AwaitWithTimeout(absl::Condition(&settled), kFlushTick)) {
    if (give_up_.HasPassed()) {
      return absl::DeadlineExceededError(absl::StrCat(pending(), " reports could not be delivered in time"));
    }
  }
  if (lost_) return LeaseLost("the lease was lost while reports were delivered");
  return spool_.acked();
}

int64_t Outbox::dropped() const {
  absl::MutexLock lock(&mutex_);
  return dropped_;
}

int64_t Outbox::pending() const { return spool_.unsettled() + static_cast<int64_t>(in_memory_.size()); }

void Outbox::NoteDisk(const absl::Status& status) {
  if (!status.ok() && !disk_fails_) {
    LogWarning("the spool cannot be written: reports are kept in memory, and are lost if this agent ends",
               {{"sweep", lease_.sweep}, {"trial", lease_.trial}, {"error", status.ToString()}});
  }
  disk_fails_ = !status.ok();
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
  const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return closed_ || (!lost_ && pending() > 0); };
  mutex_.Await(absl::Condition(&ready));
  while (!closed_) {
    std::vector<MetricReport> reports = FirstReports();
    if (!reports.empty()) return reports;
    mutex_.Await(absl::Condition(&ready));
  }
  return {};
}

std::vector<MetricReport> Outbox::FirstReports() {
  if (spool_.unsettled() > 0) {
    absl::StatusOr<std::vector<MetricReport>> reports = spool_.Peek(most_reports_, limits_.call_bytes, WireBytes);
    if (reports.ok()) return *std::move(reports);
    LogError("spooled reports cannot be read and are dropped", {{"sweep", lease_.sweep},
                                                                {"trial", lease_.trial},
                                                                {"reports", spool_.unsettled()},
                                                                {"error", reports.status().ToString()}});
    dropped_ += spool_.unsettled();
    NoteDisk(spool_.Settle(spool_.unsettled(), spool_.acked()));
    return {};
  }
  std::vector<MetricReport> reports;
  size_t bytes = 0;
  for (const MetricReport& report : in_memory_) {
    bytes += WireBytes(report);
    if (!reports.empty() && (reports.size() == most_reports_ || bytes > limits_.call_bytes)) break;
    reports.push_back(report);
    reports.back().sequence = spool_.acked() + static_cast<int64_t>(reports.size());
  }
  return reports;
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
      return;
    }
    if (const std::optional<int64_t> expected = ExpectedSequence(answer.status())) {
      LogWarning("the controller misses reports that it had stored", {{"trial", lease_.trial}, {"from", *expected}});
      Forget(0, *expected - 1);
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
  Forget(std::max<int64_t>(0, acked_sequence - spool_.acked()), acked_sequence);
  most_reports_ = limits_.call_reports;
}

void Outbox::Forget(int64_t count, int64_t acked) {
  const int64_t of_spool = std::min(count, spool_.unsettled());
  const absl::Status status = spool_.Settle(of_spool, acked);
  if (!status.ok()) NoteDisk(status);
  for (int64_t left = count - of_spool; left > 0 && !in_memory_.empty(); --left) {
    values_in_memory_ -= in_memory_.front().values.size();
    in_memory_.pop_front();
  }
}

void Outbox::RefuseFirst(size_t sent, const absl::Status& status) {
  // Nothing of the call was stored. One at a time finds the report that is refused; the rest keep their order.
  if (sent > 1) {
    most_reports_ = 1;
    return;
  }
  LogWarning("the controller refused a report", {{"trial", lease_.trial}, {"error", std::string(status.message())}});
  ++dropped_;
  Forget(1, spool_.acked());
}

void Outbox::Pause(absl::Duration delay) {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&closed_), delay);
}

}  // namespace sweepd::agent
