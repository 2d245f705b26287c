// One simulated agent with a connection of its own: registers, takes a trial, and keeps its lease alive by heartbeats.
// After an error it does as the real agent does: it repeats the call after a wait of full jitter.
//
// Not thread-safe: one thread uses it, the one that reads its completion queue.
#pragma once

#include <grpcpp/alarm.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "bench/load/fleet_board.h"
#include "bench/load/unary_call.h"
#include "common/retry.h"

namespace sweepd::load {

struct FleetPlan {
  std::string address;
  std::string sweep;                        // whose trials the agents take
  std::optional<absl::Duration> heartbeat;  // instead of the interval that the controller tells
};

class FleetAgent {
 public:
  // `number` differs between the agents. Plan, board and queue must outlive it.
  FleetAgent(const FleetPlan& plan, int64_t number, FleetBoard& board, grpc::CompletionQueue& queue);

  // Begins after `delay`. The queue gives `this` as the tag when Proceed is to be called.
  void Start(absl::Duration delay);

  // Goes on after a call or a wait is over.
  void Proceed();

  // Ends what is under way: one more tag comes, with which Proceed is not to be called.
  void Cancel();

 private:
  enum class Step { kRegister, kRequest, kHeartbeat };

  void Wait(absl::Duration delay);
  void StartCall();
  void EndCall();
  const grpc::Status& status() const;
  void TakeAnswer();
  void TakeRegistration();
  void TakeLease();
  void TakeDirectives(absl::Duration latency);
  void NotePresent();

  const FleetPlan& plan_;
  FleetBoard& board_;
  grpc::CompletionQueue& queue_;
  const std::unique_ptr<v1::AgentService::Stub> stub_;
  Rng rng_;
  Backoff backoff_;
  absl::Duration interval_;

  Step step_ = Step::kRegister;
  bool waiting_ = false;
  grpc::Alarm alarm_;
  int call_phase_ = 0;  // in which the call under way began
  int present_in_ = 0;  // last phase in which it was noted as present
  std::chrono::steady_clock::time_point started_;

  UnaryCall<v1::RegisterAgentRequest, v1::RegisterAgentResponse> register_;
  UnaryCall<v1::RequestTrialRequest, v1::RequestTrialResponse> request_;
  UnaryCall<v1::HeartbeatRequest, v1::HeartbeatResponse> heartbeat_;
};

}  // namespace sweepd::load
