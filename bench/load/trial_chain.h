// One slot of an agent, as a chain of calls: each starts when the one before is over, so a chain has one call in
// flight. It takes a trial, reports or sends heartbeats, finishes it, and goes on with the next.
//
// Not thread-safe: one thread uses it, the one that reads its completion queue.
#pragma once

#include <grpcpp/alarm.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bench/load/call_log.h"
#include "bench/load/unary_call.h"
#include "common/rng.h"

namespace sweepd::load {

// What is done with each trial between taking and finishing it.
struct TrialPlan {
  enum class Body { kReports, kHeartbeats };
  Body body = Body::kReports;
  int64_t calls = 1;              // ReportMetrics or Heartbeat calls
  int64_t reports = 10;           // metric reports in a call
  int64_t values_per_report = 1;  // metrics in a report: "loss", the objective, then "metric_1", ...
};

// Calls that end within it count. After its end no trial and no further call of a trial's body begins.
struct Window {
  std::chrono::steady_clock::time_point begin;
  std::chrono::steady_clock::time_point end;
};

// The last trial that a chain finished, for comparison with what the controller has stored.
struct FinishedTrial {
  int64_t number = 0;  // 0: none yet
  int64_t reports = 0;
};

class TrialChain {
 public:
  // `agents`: the ids in whose names it acts in turn. `number` differs between all chains of a controller. `stub`,
  // `sweep` must outlive it.
  TrialChain(const TrialPlan& plan, v1::AgentService::Stub& stub, const std::string& sweep,
             std::vector<std::string> agents, int64_t number);

  // Starts the first call of a round. The queue gives `this` as the tag when Proceed is to be called.
  void Start(const Window& window, grpc::CompletionQueue& queue);

  // Takes the answer of the call that is over and starts the next one. False: the round is over, nothing is in flight.
  bool Proceed();

  CallLog TakeLog() { return std::exchange(log_, {}); }
  // Over all rounds and whether or not in the window.
  int64_t finished_trials() const { return finished_trials_; }
  const FinishedTrial& last_finished() const { return last_finished_; }

 private:
  enum class Step { kRequest, kReport, kHeartbeat, kFinish };

  const std::string& agent() const { return agents_[static_cast<size_t>(trials_) % agents_.size()]; }
  void PrepareRequest();
  void PrepareReports();
  void PrepareFinish();
  void StartCall();
  const grpc::Status& status() const;
  CallKind kind() const;
  // Starts the same call again after a pause; after an error that will not go away, a new trial.
  void Pause(const absl::Status& error);
  // Acts on a good answer: false when the round is over.
  bool Advance(bool in_window);
  void TakeLease();
  // The next call of the trial's body, or its end.
  void ContinueBody();

  const TrialPlan plan_;
  v1::AgentService::Stub& stub_;
  const std::string& sweep_;
  const std::vector<std::string> agents_;
  const int64_t number_;
  Rng rng_;

  Window window_;
  grpc::CompletionQueue* queue_ = nullptr;
  Step step_ = Step::kRequest;
  bool paused_ = false;
  grpc::Alarm alarm_;
  std::chrono::steady_clock::time_point started_;  // the call under way

  int64_t trials_ = 0;      // taken so far
  int64_t body_calls_ = 0;  // of this trial
  int64_t sequence_ = 0;    // last report of this trial
  double loss_ = 0;

  UnaryCall<v1::RequestTrialRequest, v1::RequestTrialResponse> request_;
  UnaryCall<v1::ReportMetricsRequest, v1::ReportMetricsResponse> report_;
  UnaryCall<v1::HeartbeatRequest, v1::HeartbeatResponse> heartbeat_;
  UnaryCall<v1::FinishTrialRequest, v1::FinishTrialResponse> finish_;

  CallLog log_;
  int64_t finished_trials_ = 0;
  FinishedTrial last_finished_;
};

}  // namespace sweepd::load
