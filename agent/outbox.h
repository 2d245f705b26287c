// The reports of one attempt on their way to the controller: in order, each stored exactly once.
//
// One thread delivers; adding never waits for the network. While the controller is away the reports lie in the spool,
// up to its bound, and delivery goes on by itself when it is back. Whoever reads a file stops reading when HasRoom says
// no, so that the file keeps what does not fit.
//
// A disk that takes nothing does not stop delivery: reports are then kept in memory, up to a bound, and this is said
// once in the log, because an agent that ends takes those with it.
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
#include "agent/spool.h"
#include "common/retry.h"

namespace sweepd::agent {

struct OutboxLimits {
  // Most values (a report with two metrics has two) that are kept in memory while the spool cannot be written.
  size_t memory_values = 50'000;
  // Most of one call: both together stay below the controller's message limit of 1 MiB.
  size_t call_reports = 500;
  size_t call_bytes = 512 << 10;
};

// Thread-safe.
class Outbox {
 public:
  // Delivers under the spool's lease, beginning with what lies in it; nobody else uses the spool meanwhile.
  // `on_directive` is called from the delivery thread with every directive other than kContinue, kLeaseLost included.
  // `give_up` is when waiting for delivery ends. References must outlive the outbox.
  Outbox(Spool& spool, Controller& controller, const Deadline& give_up, const RetryPolicy& retry, Rng rng,
         std::function<void(Directive)> on_directive, const OutboxLimits& limits = {});

  // Leaves what is undelivered in the spool; waits for a call that is under way.
  ~Outbox();

  bool HasRoom() const;

  // Takes reports (their sequences are set here), whether there is room or not. `mark`: how far their source has been
  // read with them.
  void Take(std::vector<MetricReport> reports, const FeedMark& mark);

  // The same when there is room; otherwise drops and counts them and returns false.
  bool Offer(std::vector<MetricReport> reports, const FeedMark& mark);

  // Stores the attempt's result for whoever takes the spool up. The caller still delivers it.
  void KeepFinish(const FinishRequest& finish);

  // Waits until every report is stored and returns the last one's sequence, 0 for none. LeaseLost when the lease was
  // lost meanwhile, DEADLINE_EXCEEDED when `give_up` has passed.
  absl::StatusOr<int64_t> Flush();

  int64_t dropped() const;

 private:
  void Deliver();
  // The next call's reports; empty when there is nothing to deliver any more.
  std::vector<MetricReport> TakeBatch();
  std::vector<MetricReport> FirstReports() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Settle(size_t sent, const absl::StatusOr<ReportAnswer>& answer, Backoff& backoff);
  void Acknowledge(int64_t acked_sequence) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RefuseFirst(size_t sent, const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The first `count` reports are done with, and `acked` is the controller's last one.
  void Forget(int64_t count, int64_t acked) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  int64_t pending() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void NoteDisk(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Waits before the next try.
  void Pause(absl::Duration delay);

  const LeaseRef lease_;
  Controller& controller_;
  const Deadline& give_up_;
  const std::function<void(Directive)> on_directive_;
  const OutboxLimits limits_;

  mutable absl::Mutex mutex_;
  Spool& spool_ ABSL_GUARDED_BY(mutex_);
  std::deque<MetricReport> in_memory_ ABSL_GUARDED_BY(mutex_);  // after those in the spool
  size_t values_in_memory_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t most_reports_ ABSL_GUARDED_BY(mutex_);      // of the next call; 1 while a refused report is looked for
  bool away_ ABSL_GUARDED_BY(mutex_) = false;        // the last call failed
  bool disk_fails_ ABSL_GUARDED_BY(mutex_) = false;  // and the log says so
  bool lost_ ABSL_GUARDED_BY(mutex_) = false;        // the lease is
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  Backoff backoff_;       // used by the delivery thread alone
  std::thread delivery_;  // last: it uses all of the above
};

}  // namespace sweepd::agent
