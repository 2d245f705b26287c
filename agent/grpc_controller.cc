#include "agent/grpc_controller.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "agent/utf8.h"
#include "common/log.h"
#include "common/retry.h"
#include "common/status_macros.h"
#include "common/wire_status.h"
#include "common/wire_time.h"
#include "common/wire_value.h"
#include "sweepd/v1/agent_service.grpc.pb.h"

namespace sweepd::agent {

struct GrpcController::Rpc {
  explicit Rpc(const std::shared_ptr<grpc::Channel>& channel) : stub(v1::AgentService::NewStub(channel)) {}
  std::unique_ptr<v1::AgentService::Stub> stub;
};

namespace {

// A controller allows 64 calls at a time on a connection. Some are left for heartbeats and reports, whatever number of
// slots waits for trials.
constexpr size_t kMaxHeldRequests = 48;

constexpr char kAgentNotFoundUrl[] = "sweepd.agent/agent-not-found";

std::shared_ptr<grpc::Channel> OpenChannel(const std::string& address, const CallTimes& times) {
  const auto pause_ms = static_cast<int>(absl::ToInt64Milliseconds(times.reconnect_pause));
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, std::min(100, pause_ms));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, pause_ms);
  // In truth the time for one try to connect. A controller to which thousands of agents return at once needs some.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5000);
  // Finds connections that died without a word. Heartbeats are answered more often, so a living controller is not
  // pinged.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  // The controller is in the same network; a proxy for the world outside is not on the way to it.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

void SetDeadline(grpc::ClientContext& context, absl::Duration timeout) {
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout));
}

absl::Status ToStatus(const grpc::Status& wire) {
  if (wire.ok()) return absl::OkStatus();
  const v1::ErrorDetail detail = DetailFromWire(wire);
  const std::string& message = wire.error_message();
  if (detail.reason() == "SWEEP_NOT_FOUND") return SweepNotFound(message);
  if (detail.reason() == "LEASE_LOST") return LeaseLost(message);
  if (detail.reason() == "SEQUENCE_GAP") return SequenceGap(detail.expected_sequence(), message);
  if (detail.reason() == "AGENT_NOT_FOUND") {
    absl::Status status = absl::NotFoundError(message);
    status.SetPayload(kAgentNotFoundUrl, absl::Cord());
    return status;
  }
  absl::Status status = StatusFromWire(wire);
  // A message that is too large will be so again.
  if (absl::IsResourceExhausted(status) && !IsTransient(status)) return absl::InvalidArgumentError(message);
  // Without a reason these come from the transport, for example from a connection that broke in the middle of a call.
  const bool transport = wire.error_code() == grpc::UNKNOWN || wire.error_code() == grpc::INTERNAL;
  if (transport && detail.reason().empty()) return absl::UnavailableError(message);
  return status;
}

bool IsAgentNotFound(const absl::Status& status) { return status.GetPayload(kAgentNotFoundUrl).has_value(); }

// A trial or a sweep that is no longer there has no lease either.
absl::Status AttemptStatus(const absl::Status& status) {
  return absl::IsNotFound(status) ? LeaseLost(status.message()) : status;
}

void ToWire(const LeaseRef& lease, v1::LeaseRef& wire) {
  wire.set_sweep(lease.sweep);
  wire.set_trial(lease.trial);
  wire.set_attempt(lease.attempt);
  wire.set_token(lease.token);
}

void ToWire(const MetricReport& report, v1::MetricReport& wire) {
  wire.set_sequence(report.sequence);
  wire.set_step(report.step);
  TimeToWire(report.time, wire.mutable_time());
  for (const auto& [name, value] : report.values) (*wire.mutable_values())[name] = value;
}

StdoutMetrics FromWire(v1::StdoutMetrics mode) {
  switch (mode) {
    case v1::STDOUT_METRICS_OFF: return StdoutMetrics::kOff;
    case v1::STDOUT_METRICS_KV: return StdoutMetrics::kKeyValue;
    case v1::STDOUT_METRICS_JSON: return StdoutMetrics::kJson;
    case v1::STDOUT_METRICS_REGEX: return StdoutMetrics::kRegex;
    default: return StdoutMetrics::kAuto;
  }
}

Directive FromWire(v1::Directive directive) {
  switch (directive) {
    case v1::DIRECTIVE_STOP: return Directive::kStop;
    case v1::DIRECTIVE_CANCEL: return Directive::kCancel;
    case v1::DIRECTIVE_LEASE_LOST: return Directive::kLeaseLost;
    default: return Directive::kContinue;
  }
}

v1::Outcome ToWire(Outcome outcome) {
  switch (outcome) {
    case Outcome::kCompleted: return v1::OUTCOME_COMPLETED;
    case Outcome::kFailed: return v1::OUTCOME_FAILED;
    case Outcome::kLaunchFailed: return v1::OUTCOME_LAUNCH_FAILED;
    case Outcome::kStopped: return v1::OUTCOME_STOPPED;
    case Outcome::kTimedOut: return v1::OUTCOME_TIMED_OUT;
    case Outcome::kPreempted: break;
  }
  return v1::OUTCOME_PREEMPTED;
}

// "WAIT_REASON_PAUSED" -> "PAUSED"; "" for UNSPECIFIED.
std::string ShortName(absl::string_view name, absl::string_view prefix) {
  absl::ConsumePrefix(&name, prefix);
  return name == "UNSPECIFIED" ? "" : std::string(name);
}

absl::StatusOr<Lease> FromWire(const v1::Lease& wire) {
  Lease lease;
  lease.ref = {wire.ref().sweep(), wire.ref().trial(), wire.ref().attempt(), wire.ref().token()};
  ASSIGN_OR_RETURN(lease.assignment, MapFromWire(wire.assignment()));
  lease.program = wire.program();
  lease.command.assign(wire.command().begin(), wire.command().end());
  if (wire.has_objective()) {
    lease.objective = Objective{wire.objective().metric(), wire.objective().goal() == v1::GOAL_MAXIMIZE};
  }
  lease.stdout_metrics = FromWire(wire.stdout_metrics());
  lease.stdout_patterns.assign(wire.stdout_patterns().begin(), wire.stdout_patterns().end());
  lease.seed = wire.seed();
  if (wire.has_timeout()) lease.timeout = DurationFromWire(wire.timeout());
  return lease;
}

absl::StatusOr<TrialAnswer> FromWire(const v1::RequestTrialResponse& wire) {
  switch (wire.answer_case()) {
    case v1::RequestTrialResponse::kLease: {
      ASSIGN_OR_RETURN(Lease lease, FromWire(wire.lease()));
      return lease;
    }
    case v1::RequestTrialResponse::kWait:
      return WaitAnswer{ShortName(v1::WaitReason_Name(wire.wait().reason()), "WAIT_REASON_"), wire.wait().detail()};
    case v1::RequestTrialResponse::kDone:
      return DoneAnswer{ShortName(v1::DoneReason_Name(wire.done().reason()), "DONE_REASON_"), wire.done().detail()};
    default:
      return absl::UnimplementedError("the controller gave an answer that this version of the agent does not know");
  }
}

}  // namespace

GrpcController::GrpcController(const std::string& address, IdSource& ids, const CallTimes& times)
    : rpc_(std::make_unique<Rpc>(OpenChannel(address, times))), times_(times), ids_(ids) {}

GrpcController::~GrpcController() = default;

std::pair<std::string, int64_t> GrpcController::identity() {
  absl::MutexLock lock(&mutex_);
  return {agent_id_, registrations_};
}

absl::StatusOr<Registration> GrpcController::Register(const AgentDescription& agent) {
  v1::RegisterAgentRequest request;
  {
    absl::MutexLock lock(&mutex_);
    description_ = agent;
    // Kept until it has succeeded: a lost answer makes no second agent.
    if (request_id_.empty()) request_id_ = MakeTimeOrderedId(ids_, absl::Now());
    request.set_request_id(request_id_);
  }
  request.set_name(ValidUtf8(agent.name));
  request.set_host(ValidUtf8(agent.host));
  request.set_slots(agent.slots);
  request.set_version(agent.version);
  grpc::ClientContext context;
  SetDeadline(context, times_.timeout);
  v1::RegisterAgentResponse response;
  RETURN_IF_ERROR(ToStatus(rpc_->stub->RegisterAgent(&context, request, &response)));
  absl::MutexLock lock(&mutex_);
  agent_id_ = response.agent().id();
  ++registrations_;
  request_id_.clear();
  return Registration{agent_id_, DurationFromWire(response.heartbeat_interval()),
                      DurationFromWire(response.lease_ttl())};
}

absl::Status GrpcController::RegisterAgain(int64_t seen) {
  absl::MutexLock registering(&registering_);
  AgentDescription description;
  {
    absl::MutexLock lock(&mutex_);
    if (registrations_ != seen) return absl::OkStatus();
    description = description_;
  }
  const absl::StatusOr<Registration> registration = Register(description);
  if (registration.ok()) LogInfo("registered again", {{"agent", registration->agent_id}});
  return registration.status();
}

template <class Answer, class Once>
absl::StatusOr<Answer> GrpcController::AsKnownAgent(Once once) {
  const auto [id, registrations] = identity();
  absl::StatusOr<Answer> answer = once(id);
  if (!IsAgentNotFound(answer.status())) return answer;
  RETURN_IF_ERROR(RegisterAgain(registrations));
  answer = once(identity().first);
  // Forgotten twice: something else is wrong, and trying again later is all that is left.
  if (IsAgentNotFound(answer.status())) return absl::UnavailableError(answer.status().message());
  return answer;
}

absl::StatusOr<TrialAnswer> GrpcController::RequestTrial(const TrialRequest& request) {
  return AsKnownAgent<TrialAnswer>([&](const std::string& id) { return RequestTrialOnce(request, id); });
}

absl::StatusOr<TrialAnswer> GrpcController::RequestTrialOnce(const TrialRequest& request, const std::string& agent_id) {
  v1::RequestTrialRequest wire;
  wire.set_agent_id(agent_id);
  wire.set_request_id(request.request_id);
  wire.set_slot(request.slot);
  for (const std::string& sweep : request.sweeps) wire.add_sweeps(sweep);
  DurationToWire(request.wait, wire.mutable_wait());
  grpc::ClientContext context;
  {
    absl::MutexLock lock(&mutex_);
    const auto may_ask = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return cancelled_ || waiting_.size() < kMaxHeldRequests;
    };
    mutex_.Await(absl::Condition(&may_ask));
    if (cancelled_) return absl::CancelledError("the agent asks for no more trials");
    waiting_.insert(&context);
  }
  SetDeadline(context, request.wait + times_.timeout);
  v1::RequestTrialResponse response;
  const grpc::Status status = rpc_->stub->RequestTrial(&context, wire, &response);
  {
    absl::MutexLock lock(&mutex_);
    waiting_.erase(&context);
    if (!status.ok() && cancelled_) return absl::CancelledError("the agent asks for no more trials");
  }
  RETURN_IF_ERROR(ToStatus(status));
  return FromWire(response);
}

void GrpcController::CancelRequests() {
  absl::MutexLock lock(&mutex_);
  cancelled_ = true;
  for (grpc::ClientContext* context : waiting_) context->TryCancel();
}

absl::StatusOr<ReportAnswer> GrpcController::Report(const LeaseRef& lease, const std::vector<MetricReport>& reports) {
  v1::ReportMetricsRequest request;
  ToWire(lease, *request.mutable_lease());
  for (const MetricReport& report : reports) ToWire(report, *request.add_reports());
  grpc::ClientContext context;
  SetDeadline(context, times_.timeout);
  v1::ReportMetricsResponse response;
  RETURN_IF_ERROR(AttemptStatus(ToStatus(rpc_->stub->ReportMetrics(&context, request, &response))));
  return ReportAnswer{response.acked_sequence(), FromWire(response.directive())};
}

absl::StatusOr<std::vector<Directive>> GrpcController::Heartbeat(const std::vector<LeaseRef>& running) {
  return AsKnownAgent<std::vector<Directive>>([&](const std::string& id) { return HeartbeatOnce(running, id); });
}

absl::StatusOr<std::vector<Directive>> GrpcController::HeartbeatOnce(const std::vector<LeaseRef>& running,
                                                                     const std::string& agent_id) {
  v1::HeartbeatRequest request;
  request.set_agent_id(agent_id);
  for (const LeaseRef& lease : running) ToWire(lease, *request.add_running());
  grpc::ClientContext context;
  SetDeadline(context, times_.timeout);
  v1::HeartbeatResponse response;
  RETURN_IF_ERROR(ToStatus(rpc_->stub->Heartbeat(&context, request, &response)));
  std::vector<Directive> directives;
  for (int directive : response.directives()) directives.push_back(FromWire(static_cast<v1::Directive>(directive)));
  return directives;
}

absl::StatusOr<FinishAnswer> GrpcController::Finish(const FinishRequest& finish) {
  v1::FinishTrialRequest request;
  ToWire(finish.lease, *request.mutable_lease());
  request.set_outcome(ToWire(finish.outcome));
  if (finish.exit_code.has_value()) request.set_exit_code(*finish.exit_code);
  request.set_last_sequence(finish.last_sequence);
  request.set_message(ValidUtf8(finish.message));
  grpc::ClientContext context;
  SetDeadline(context, times_.timeout);
  v1::FinishTrialResponse response;
  RETURN_IF_ERROR(AttemptStatus(ToStatus(rpc_->stub->FinishTrial(&context, request, &response))));
  return FinishAnswer{ShortName(v1::TrialState_Name(response.state()), "TRIAL_STATE_"),
                      ShortName(v1::TrialReason_Name(response.reason()), "TRIAL_REASON_")};
}

}  // namespace sweepd::agent
