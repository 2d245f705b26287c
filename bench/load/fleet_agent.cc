#include "bench/load/fleet_agent.h"

#include "absl/strings/str_cat.h"
#include "common/wire_status.h"
#include "common/wire_time.h"

namespace sweepd::load {
namespace {

// Upper bound of the first wait after a heartbeat that failed, as in agent/session.cc; that of the others is the
// interval.
constexpr absl::Duration kFirstHeartbeatDelay = absl::Milliseconds(500);

// As agent/grpc_controller.cc sets them.
std::shared_ptr<grpc::Channel> OpenChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 2000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Otherwise the agents of this process would share one connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

FleetAgent::FleetAgent(const FleetPlan& plan, int64_t number, FleetBoard& board, grpc::CompletionQueue& queue)
    : plan_(plan),
      board_(board),
      queue_(queue),
      stub_(v1::AgentService::NewStub(OpenChannel(plan.address))),
      rng_(/*seed=*/1, static_cast<uint64_t>(number)),
      backoff_(RetryPolicy{}, Rng(/*seed=*/2, static_cast<uint64_t>(number))),
      register_(&v1::AgentService::Stub::PrepareAsyncRegisterAgent),
      request_(&v1::AgentService::Stub::PrepareAsyncRequestTrial),
      heartbeat_(&v1::AgentService::Stub::PrepareAsyncHeartbeat) {
  v1::RegisterAgentRequest& request = register_.request;
  request.set_request_id(absl::StrCat("fleet-agent-", number));
  request.set_name(absl::StrCat("fleet-agent-", number));
  request.set_host("localhost");
  request.set_slots(1);
  request.set_version(SWEEPD_VERSION);
  request_.request.set_request_id(absl::StrCat("fleet-trial-", number));
  request_.request.add_sweeps(plan.sweep);
}

void FleetAgent::Start(absl::Duration delay) { Wait(delay); }

void FleetAgent::Wait(absl::Duration delay) {
  waiting_ = true;
  alarm_.Set(&queue_, absl::ToChronoTime(absl::Now() + delay), this);
}

void FleetAgent::Cancel() {
  if (waiting_) return alarm_.Cancel();
  switch (step_) {
    case Step::kRegister: return register_.Cancel();
    case Step::kRequest: return request_.Cancel();
    case Step::kHeartbeat: return heartbeat_.Cancel();
  }
}

void FleetAgent::Proceed() {
  if (waiting_) {
    waiting_ = false;
    StartCall();
  } else {
    TakeAnswer();
  }
}

void FleetAgent::StartCall() {
  call_phase_ = board_.phase();
  started_ = std::chrono::steady_clock::now();
  switch (step_) {
    case Step::kRegister: return register_.Start(*stub_, queue_, this);
    case Step::kRequest: return request_.Start(*stub_, queue_, this);
    case Step::kHeartbeat: return heartbeat_.Start(*stub_, queue_, this);
  }
}

const grpc::Status& FleetAgent::status() const {
  switch (step_) {
    case Step::kRegister: return register_.status;
    case Step::kRequest: return request_.status;
    case Step::kHeartbeat: break;
  }
  return heartbeat_.status;
}

void FleetAgent::EndCall() {
  switch (step_) {
    case Step::kRegister: return register_.End();
    case Step::kRequest: return request_.End();
    case Step::kHeartbeat: return heartbeat_.End();
  }
}

void FleetAgent::TakeAnswer() {
  EndCall();
  if (!status().ok()) {
    board_.NoteError(StatusFromWire(status()));
    return Wait(backoff_.NextDelay());
  }
  backoff_.Reset();
  switch (step_) {
    case Step::kRegister: return TakeRegistration();
    case Step::kRequest: return TakeLease();
    case Step::kHeartbeat: return TakeDirectives(absl::FromChrono(std::chrono::steady_clock::now() - started_));
  }
}

void FleetAgent::TakeRegistration() {
  const std::string& id = register_.response.agent().id();
  request_.request.set_agent_id(id);
  heartbeat_.request.set_agent_id(id);
  interval_ = plan_.heartbeat.value_or(DurationFromWire(register_.response.heartbeat_interval()));
  step_ = Step::kRequest;
  StartCall();
}

void FleetAgent::TakeLease() {
  if (!request_.response.has_lease()) {
    board_.NoteError(absl::InternalError(absl::StrCat("no lease: ", request_.response.ShortDebugString())));
    return Wait(backoff_.NextDelay());
  }
  *heartbeat_.request.add_running() = request_.response.lease().ref();
  backoff_ = Backoff({kFirstHeartbeatDelay, interval_, absl::InfiniteDuration()}, rng_);
  NotePresent();
  step_ = Step::kHeartbeat;
  // The agents of a real fleet do not beat in step.
  Wait(interval_ * rng_.NextUnit());
}

void FleetAgent::TakeDirectives(absl::Duration latency) {
  const bool kept =
      heartbeat_.response.directives_size() == 1 && heartbeat_.response.directives(0) == v1::DIRECTIVE_CONTINUE;
  if (!kept) board_.NoteLeaseLost();
  board_.NoteHeartbeat(call_phase_, latency);
  NotePresent();
  Wait(interval_);
}

void FleetAgent::NotePresent() {
  if (present_in_ == call_phase_) return;
  present_in_ = call_phase_;
  board_.NotePresent(call_phase_);
}

}  // namespace sweepd::load
