// A controller in memory: it gives out the leases a test queues, and checks tokens and sequences as the real one does.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "agent/controller.h"

namespace sweepd::agent {

// Longest that a test waits for something that must happen.
inline constexpr absl::Duration kPatience = absl::Seconds(60);

// Thread-safe.
class FakeController : public Controller {
 public:
  // Adds a trial to the queue; its number is the next one. Returns the lease that will be given out for it.
  Lease AddTrial(std::vector<std::string> command) {
    absl::MutexLock lock(&mutex_);
    Lease lease;
    lease.ref = {"abcdefgh", ++last_trial_, 1, absl::StrCat("token-", last_trial_)};
    lease.command = std::move(command);
    queue_.push_back(lease);
    attempts_[last_trial_] = {};
    return lease;
  }
  void Replace(int64_t trial, const Lease& lease) {
    absl::MutexLock lock(&mutex_);
    for (Lease& queued : queue_) {
      if (queued.ref.trial == trial) queued = lease;
    }
  }
  // What is answered when no trial is queued: DONE by default.
  void AnswerWhenEmpty(TrialAnswer answer) {
    absl::MutexLock lock(&mutex_);
    when_empty_ = std::move(answer);
  }
  // While away every call fails with UNAVAILABLE.
  void SetAway(bool away) {
    absl::MutexLock lock(&mutex_);
    away_ = away;
  }
  // The next call that would succeed does its work, but its answer is lost.
  void LoseNextAnswer() {
    absl::MutexLock lock(&mutex_);
    lose_answer_ = true;
  }
  void Direct(int64_t trial, Directive directive) {
    absl::MutexLock lock(&mutex_);
    attempts_[trial].directive = directive;
  }
  // From now on the attempt's lease is another's.
  void TakeLease(int64_t trial) {
    absl::MutexLock lock(&mutex_);
    attempts_[trial].lost = true;
  }
  // A report with this metric is refused as malformed.
  void Refuse(std::string metric) {
    absl::MutexLock lock(&mutex_);
    refused_metric_ = std::move(metric);
  }
  // The attempt's stored reports after `sequence` are forgotten, as if from an older copy.
  void Forget(int64_t trial, int64_t sequence) {
    absl::MutexLock lock(&mutex_);
    attempts_[trial].reports.resize(static_cast<size_t>(sequence));
  }
  // Takes the first trial out of the queue, as if it had been given to another agent.
  void Skip() {
    absl::MutexLock lock(&mutex_);
    queue_.pop_front();
  }
  // While true reports fail with UNAVAILABLE, and nothing else does.
  void FailReports(bool fail) {
    absl::MutexLock lock(&mutex_);
    fail_reports_ = fail;
  }
  // Of every call of RequestTrial, in their order.
  std::vector<std::string> RequestIds() {
    absl::MutexLock lock(&mutex_);
    return request_ids_;
  }
  void RefuseSweeps() {
    absl::MutexLock lock(&mutex_);
    no_such_sweep_ = true;
  }

  // Both wait until it has come.
  FinishRequest AwaitFinish(int64_t trial) {
    absl::MutexLock lock(&mutex_);
    Await([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return attempts_[trial].finish.has_value(); });
    return attempts_[trial].finish.value_or(FinishRequest{});
  }
  std::vector<MetricReport> AwaitReports(int64_t trial, size_t count) {
    absl::MutexLock lock(&mutex_);
    Await([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return attempts_[trial].reports.size() >= count; });
    return attempts_[trial].reports;
  }
  void AwaitHeartbeatOf(int64_t trial) {
    absl::MutexLock lock(&mutex_);
    Await([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return beating_.count(trial) > 0; });
  }
  void AwaitFailedCalls(int count) {
    absl::MutexLock lock(&mutex_);
    Await([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return failed_calls_ >= count; });
  }
  void AwaitRequests(int count) {
    absl::MutexLock lock(&mutex_);
    Await([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return requests_ >= count; });
  }

  bool Finished(int64_t trial) {
    absl::MutexLock lock(&mutex_);
    return attempts_[trial].finish.has_value();
  }
  std::vector<MetricReport> Reports(int64_t trial) {
    absl::MutexLock lock(&mutex_);
    return attempts_[trial].reports;
  }
  size_t LeasesGiven() {
    absl::MutexLock lock(&mutex_);
    return given_.size();
  }
  int most_running() {
    absl::MutexLock lock(&mutex_);
    return most_running_;
  }

  absl::StatusOr<Registration> Register(const AgentDescription& agent) override {
    absl::MutexLock lock(&mutex_);
    if (away_) return Away();
    return Registration{absl::StrCat("agent-", agent.name), absl::Milliseconds(20), absl::Seconds(1)};
  }

  absl::StatusOr<TrialAnswer> RequestTrial(const TrialRequest& request) override {
    absl::MutexLock lock(&mutex_);
    ++requests_;
    request_ids_.push_back(request.request_id);
    if (away_) return Away();
    if (no_such_sweep_) return SweepNotFound("there is no sweep zzzzzzzz");
    const auto ready = [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      return cancelled_ || !queue_.empty() || given_.count(request.request_id) > 0;
    };
    const bool may_wait = std::holds_alternative<WaitAnswer>(when_empty_);
    mutex_.AwaitWithTimeout(absl::Condition(&ready), may_wait ? request.wait : absl::ZeroDuration());
    if (cancelled_) return absl::CancelledError("cancelled");
    if (given_.count(request.request_id) == 0) {
      if (queue_.empty()) return when_empty_;
      given_[request.request_id] = queue_.front();
      queue_.pop_front();
      most_running_ = std::max(most_running_, ++running_);
    }
    if (std::exchange(lose_answer_, false)) return Away();
    return given_[request.request_id];
  }

  void CancelRequests() override {
    absl::MutexLock lock(&mutex_);
    cancelled_ = true;
  }

  absl::StatusOr<ReportAnswer> Report(const LeaseRef& lease, const std::vector<MetricReport>& reports) override {
    absl::MutexLock lock(&mutex_);
    if (away_ || fail_reports_) return Away();
    Attempt& attempt = attempts_[lease.trial];
    if (!Holds(attempt, lease)) return LeaseLost("another attempt took its place");
    for (const MetricReport& report : reports) {
      if (report.values.count(refused_metric_) > 0) return absl::InvalidArgumentError("malformed");
    }
    const auto stored = static_cast<int64_t>(attempt.reports.size());
    if (reports.front().sequence > stored + 1) return SequenceGap(stored + 1, "a report is missing");
    for (const MetricReport& report : reports) {
      if (report.sequence == static_cast<int64_t>(attempt.reports.size()) + 1) attempt.reports.push_back(report);
    }
    if (std::exchange(lose_answer_, false)) return Away();
    return ReportAnswer{static_cast<int64_t>(attempt.reports.size()), attempt.directive};
  }

  absl::StatusOr<std::vector<Directive>> Heartbeat(const std::vector<LeaseRef>& running) override {
    absl::MutexLock lock(&mutex_);
    if (away_) return Away();
    std::vector<Directive> directives;
    for (const LeaseRef& lease : running) {
      beating_.insert(lease.trial);
      const Attempt& attempt = attempts_[lease.trial];
      directives.push_back(Holds(attempt, lease) ? attempt.directive : Directive::kLeaseLost);
    }
    return directives;
  }

  absl::StatusOr<FinishAnswer> Finish(const FinishRequest& finish) override {
    absl::MutexLock lock(&mutex_);
    if (away_) return Away();
    Attempt& attempt = attempts_[finish.lease.trial];
    if (!Holds(attempt, finish.lease)) return LeaseLost("another attempt took its place");
    const auto stored = static_cast<int64_t>(attempt.reports.size());
    if (finish.last_sequence > stored) return SequenceGap(stored + 1, "a report is missing");
    if (!attempt.finish.has_value()) --running_;
    attempt.finish = finish;
    if (std::exchange(lose_answer_, false)) return Away();
    return FinishAnswer{finish.outcome == Outcome::kCompleted ? "SUCCEEDED" : "FAILED", ""};
  }

 private:
  struct Attempt {
    std::vector<MetricReport> reports;
    Directive directive = Directive::kContinue;
    bool lost = false;
    std::optional<FinishRequest> finish;
  };

  template <class Condition>
  void Await(Condition condition) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    mutex_.AwaitWithTimeout(absl::Condition(&condition), kPatience);
  }

  absl::Status Away() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ++failed_calls_;
    return absl::UnavailableError("the controller is away");
  }

  static bool Holds(const Attempt& attempt, const LeaseRef& lease) {
    return !attempt.lost && lease.token == absl::StrCat("token-", lease.trial);
  }

  absl::Mutex mutex_;
  int64_t last_trial_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Lease> queue_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Lease> given_ ABSL_GUARDED_BY(mutex_);  // by request id
  std::map<int64_t, Attempt> attempts_ ABSL_GUARDED_BY(mutex_);
  TrialAnswer when_empty_ ABSL_GUARDED_BY(mutex_) = DoneAnswer{"SWEEPS_OVER", "all is done"};
  std::set<int64_t> beating_ ABSL_GUARDED_BY(mutex_);
  std::string refused_metric_ ABSL_GUARDED_BY(mutex_);
  bool away_ ABSL_GUARDED_BY(mutex_) = false;
  bool fail_reports_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool lose_answer_ ABSL_GUARDED_BY(mutex_) = false;
  bool no_such_sweep_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::string> request_ids_ ABSL_GUARDED_BY(mutex_);
  int failed_calls_ ABSL_GUARDED_BY(mutex_) = 0;
  int requests_ ABSL_GUARDED_BY(mutex_) = 0;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  int most_running_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace sweepd::agent
