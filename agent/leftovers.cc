#include "agent/leftovers.h"

#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "agent/environment.h"
#include "agent/metrics_feed.h"
#include "agent/process_tree.h"
#include "common/log.h"

namespace sweepd::agent {
namespace {

// How often it is looked whether a program has ended.
constexpr absl::Duration kProgramPause = absl::Milliseconds(50);

// Spools whose program has ended come first: they wait for nothing but the controller.
bool ComesBefore(const Spool& a, const Spool& b) { return a.finish().has_value() && !b.finish().has_value(); }

// The stored result, corrected by what the last lines of the metrics file said; or the attempt is given back.
FinishRequest ResultOf(const Spool& spool, const MetricsFeed& feed) {
  FinishRequest finish = spool.finish().value_or(
      FinishRequest{{}, Outcome::kPreempted, std::nullopt, 0, "the agent ended before the program did"});
  if (finish.outcome == Outcome::kFailed && feed.preempting()) finish.outcome = Outcome::kPreempted;
  finish.lease = spool.lease();
  return finish;
}

bool HasFolder(const Workdir& workdir) {
  std::error_code error;
  return std::filesystem::exists(workdir.metrics_file(), error);
}

}  // namespace

Leftovers::Leftovers(std::vector<std::unique_ptr<SpoolFolder>> folders, const std::string& work_root,
                     absl::Duration kill_delay, const DeliveryMeans& means, const Clock& clock)
    : folders_(std::move(folders)),
      work_root_(work_root),
      means_(means),
      clock_(clock),
      kill_at_(clock.Monotonic() + kill_delay) {
  for (const std::unique_ptr<SpoolFolder>& folder : folders_) {
    for (const std::string& file : folder->SpoolFiles()) Open(file);
  }
}

void Leftovers::Open(const std::string& file) {
  absl::StatusOr<Spool> spool = Spool::Open(file);
  if (spool.ok()) {
    absl::MutexLock lock(&mutex_);
    leases_.push_back(spool->lease());
    spools_.push_back(*std::move(spool));
    return;
  }
  std::error_code error;
  if (std::filesystem::file_size(file, error) == 0 && !error) {
    // Its agent ended while it made the file, before the program was started.
    std::filesystem::remove(file, error);
  } else {
    LogError("a spool cannot be read and is left where it is", {{"error", spool.status().ToString()}});
  }
}

void Leftovers::Deliver() {
  std::vector<Spool*> order;
  for (Spool& spool : spools_) order.push_back(&spool);
  std::stable_sort(order.begin(), order.end(), [](Spool* a, Spool* b) { return ComesBefore(*a, *b); });
  for (Spool* spool : order) {
    const LeaseRef lease = spool->lease();
    LogInfo("an attempt of an earlier agent is delivered", {{"sweep", lease.sweep},
                                                            {"trial", lease.trial},
                                                            {"attempt", lease.attempt},
                                                            {"reports", spool->unsettled()},
                                                            {"ended", spool->finish().has_value()}});
    const std::string result = DeliverAndClose(*spool);
    LogInfo("attempt of an earlier agent over", {{"sweep", lease.sweep}, {"trial", lease.trial}, {"result", result}});
  }
}

std::string Leftovers::DeliverAndClose(Spool& spool) {
  const LeaseRef lease = spool.lease();
  Outcome outcome = Outcome::kPreempted;
  Delivery delivery{AttemptEnd::kUndelivered, {}, "there was no time"};
  if (!means_.farewell.HasPassed()) delivery = DeliverOne(spool, outcome);
  const absl::StatusOr<Workdir> workdir = Workdir::Locate(work_root_, lease);
  const bool has_folder = workdir.ok() && HasFolder(*workdir);
  const std::string result = CloseAttempt(delivery, lease, outcome, has_folder ? &*workdir : nullptr, &spool, clock_);
  if (delivery.end != AttemptEnd::kUndelivered) {
    absl::MutexLock lock(&mutex_);
    leases_.erase(std::remove(leases_.begin(), leases_.end(), lease), leases_.end());
  }
  return result;
}

Delivery Leftovers::DeliverOne(Spool& spool, Outcome& outcome) {
  const absl::StatusOr<Workdir> workdir = Workdir::Locate(work_root_, spool.lease());
  if (!workdir.ok()) return {AttemptEnd::kRefused, {}, workdir.status().ToString()};
  if (!spool.finish().has_value() && !AwaitPrograms(spool.lease(), AttemptMark(*workdir))) {
    return {AttemptEnd::kUndelivered, {}, "its program runs on"};
  }
  Outbox outbox(spool, means_.controller, means_.farewell, means_.retry, Rng(means_.ids.NextWord(), 0),
                [](Directive) {});
  MetricsFeed feed(spool.lease(), {StdoutMetrics::kOff}, spool.mark(), *workdir, clock_, outbox, means_.farewell);
  if (!feed.Finish()) return {AttemptEnd::kUndelivered, {}, "there was no time to read all of its metrics"};
  FinishRequest finish = ResultOf(spool, feed);
  outcome = finish.outcome;
  const auto conclude = [&](int64_t last_sequence) {
    finish.last_sequence = last_sequence;
    return finish;
  };
  return DeliverAttempt(outbox, conclude, means_);
}

bool Leftovers::AwaitPrograms(const LeaseRef& lease, const std::string& mark) {
  bool told = false;
  while (true) {
    const std::vector<pid_t> running = MarkedProcesses(mark);
    if (running.empty()) return true;
    if (!std::exchange(told, true)) {
      LogInfo("a program outlived its agent and is ended", {{"processes", static_cast<int64_t>(running.size())}});
      // The program has got SIGTERM when its agent ended; its children may not have.
      for (pid_t pid : running) kill(pid, SIGTERM);
    }
    if (HasToBeKilled(lease)) {
      for (pid_t pid : running) kill(pid, SIGKILL);
    }
    if (!means_.farewell.SleepFor(kProgramPause)) return false;
  }
}

bool Leftovers::HasToBeKilled(const LeaseRef& lease) const {
  if (clock_.Monotonic() >= kill_at_) return true;
  absl::MutexLock lock(&mutex_);
  return std::find(lost_.begin(), lost_.end(), lease) != lost_.end();
}

void Leftovers::Apply(const LeaseRef& lease, Directive directive) {
  if (directive != Directive::kLeaseLost && directive != Directive::kCancel) return;
  absl::MutexLock lock(&mutex_);
  if (std::find(leases_.begin(), leases_.end(), lease) != leases_.end()) lost_.push_back(lease);
}

std::vector<LeaseRef> Leftovers::Leases() const {
  absl::MutexLock lock(&mutex_);
  return leases_;
}

}  // namespace sweepd::agent
