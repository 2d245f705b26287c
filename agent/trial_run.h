// One attempt from its lease to its accepted end: folder, command, program, metrics, directives, result.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "agent/attempt_end.h"
#include "agent/controller.h"
#include "agent/deadline.h"
#include "agent/interrupts.h"
#include "agent/metrics_feed.h"
#include "agent/output_log.h"
#include "agent/process.h"
#include "agent/slot.h"
#include "agent/spool_folder.h"
#include "agent/wind_down.h"
#include "agent/workdir.h"
#include "common/clock.h"
#include "common/ids.h"
#include "common/retry.h"

namespace sweepd::agent {

// How an agent runs every attempt.
struct RunOptions {
  std::string work_root;
  std::vector<std::string> command;      // takes the place of the sweep's unless empty
  std::string interpreter = "python3";   // ${interpreter}
  std::vector<std::string> environment;  // the agent's own, "NAME=value"
  WindDownTimes times;
  int64_t max_log_bytes = 64 << 20;
  absl::Duration tick = absl::Milliseconds(100);  // how often the metrics file and directives are looked at
  RetryPolicy retry;
};

// What an attempt uses; all must outlive it.
struct RunContext {
  Controller& controller;
  ProcessRunner& processes;
  const Clock& clock;
  IdSource& ids;
  Deadline& farewell;  // when the agent stops trying to deliver results
  SpoolFolder& spools;
};

// Run is called once, by the thread that owns the slot; Apply and Interrupt by any thread, before and while it runs.
// When Run has returned no process of the attempt is left. What the controller has not taken by then lies in a spool.
class TrialRun {
 public:
  TrialRun(Lease lease, const Slot& slot, const RunOptions& options, const RunContext& context);

  // Runs the program to its end and delivers the result. Returns what became of it, for people: the trial's state at
  // the controller, or why nothing was delivered. An attempt that was interrupted before this call is given back
  // unstarted.
  std::string Run();

  void Apply(Directive directive);
  void Interrupt(agent::Interrupt interrupt);

  const LeaseRef& lease() const { return lease_.ref; }

 private:
  absl::Status OpenSpool();
  absl::StatusOr<std::unique_ptr<Process>> Launch();
  absl::StatusOr<std::vector<std::string>> Arguments() const;
  Delivery Attend(Process& process);
  ExitStatus Watch(Process& process, MetricsFeed& feed);
  void Steer(Process& process);
  // `cause`: why the program was being ended when it ended.
  FinishRequest Conclude(WindDown::Cause cause, const ExitStatus& status, const MetricsFeed& feed,
                         int64_t last_sequence) const;
  // Delivers the result of an attempt whose program never ran.
  Delivery DeliverUnstarted(Outcome outcome, absl::string_view message);
  DeliveryMeans means() const;
  WindDown::Cause cause() const;

  const Lease lease_;
  const Slot& slot_;
  const RunOptions& options_;
  const RunContext context_;
  std::optional<Spool> spool_;
  std::optional<Workdir> workdir_;
  OutputFormat output_format_;
  std::optional<OutputLog> log_;
  bool asked_to_stop_ = false;
  absl::Duration time_out_at_ = absl::InfiniteDuration();  // on the monotonic clock
  Outcome outcome_ = Outcome::kPreempted;                  // as it was told last

  mutable absl::Mutex mutex_;
  WindDown wind_down_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sweepd::agent
