// The reports of one attempt on their way to the controller: in order, each stored exactly once.
//
// One thread delivers; adding never waits for the network. While the controller is away the reports stay here, up to a
// bound, and delivery goes on by itself when it is back. Whoever reads a file stops reading when HasRoom says no, so
// that the file keeps what does not fit.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "agent/controller.h"
#include "agent/deadline.h"
#include "common/retry.h"

namespace sweepd::agent {

struct OutboxLimits {
  // Most values (a report with two metrics has two) that are kept.
  size_t kept_values = 50'000;
  // Most of one call: both together stay below the controller's message limit of 1 MiB.
  size_t call_reports = 500;
  size_t call_bytes = 512 << 10;
};

// Thread-safe.
class Outbox {
 public:
  // `on_directive` is called from the delivery thread with every directive other than kContinue, kLeaseLost included.
  // `give_up` is when undelivered reports are abandoned. References must outlive the outbox.
  Outbox(LeaseRef lease, Controller& controller, const Deadline& give_up, const RetryPolicy& retry, Rng rng,
         std::function<void(Directive)> on_directive, const OutboxLimits& limits = {});

  // Gives up what is undelivered; waits for a call that is under way.
  ~Outbox();

  bool HasRoom() const;

  // Takes a report (its sequence is set here), or drops it when there is no room and returns false.
  bool Add(MetricReport report);

  // Waits until every report is stored and returns the last one's sequence, 0 for none. LeaseLost when the lease was
  // lost meanwhile, DEADLINE_EXCEEDED when `give_up` has passed.
  absl::StatusOr<int64_t> Flush();

  int64_t dropped() const;

 private:
  void Deliver();
  // The next call's reports; empty when there is nothing to deliver any more.
  std::vector<MetricReport> TakeBatch();
  void Settle(size_t sent, const absl::StatusOr<ReportAnswer>& answer, Backoff& backoff);
  void Acknowledge(int64_t acked_sequence) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RefuseFirst(size_t sent, const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PopFront() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Waits before the next try.
  void Pause(absl::Duration delay);

  const LeaseRef lease_;
  Controller& controller_;
  const Deadline& give_up_;
  const std::function<void(Directive)> on_directive_;
  const OutboxLimits limits_;

  mutable absl::Mutex mutex_;
  std::deque<MetricReport> pending_ ABSL_GUARDED_BY(mutex_);  // the first one has sequence acked_ + 1
  size_t pending_values_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t acked_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t most_reports_ ABSL_GUARDED_BY(mutex_);  // of the next call; 1 while a refused report is looked for
  bool away_ ABSL_GUARDED_BY(mutex_) = false;    // the last call failed
  bool lost_ ABSL_GUARDED_BY(mutex_) = false;    // the lease is
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  Backoff backoff_;       // used by the delivery thread alone
  std::thread delivery_;  // last: it uses all of the above
};

}  // namespace sweepd::agent
