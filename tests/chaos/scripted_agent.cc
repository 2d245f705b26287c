#include "tests/chaos/scripted_agent.h"

#include <utility>

#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/value.h"
#include "common/wire_time.h"
#include "common/wire_value.h"

namespace sweepd::chaos {
namespace {

using Json = nlohmann::json;

// One execution in so many sends heartbeats.
constexpr uint64_t kHeartbeatEvery = 4;

// While the controller has no open sweep.
constexpr absl::Duration kPauseWithoutSweep = absl::Milliseconds(50);

Json LeaseFacts(const v1::LeaseRef& lease) {
  return {{"sweep", lease.sweep()}, {"trial", lease.trial()}, {"attempt", lease.attempt()}};
}

void NoteTrial(const v1::RequestTrialResponse& response, Json& line) {
  if (!response.has_lease()) {
    line["answer"] = response.has_done() ? "done" : "wait";
    return;
  }
  line.update(LeaseFacts(response.lease().ref()));
  line["answer"] = "lease";
  line["token"] = response.lease().ref().token();
  const absl::StatusOr<Value::Map> assignment = MapFromWire(response.lease().assignment());
  line["assignment"] = assignment.ok() ? ToJson(*assignment) : std::string(assignment.status().message());
}

std::string Word(const std::string& name, absl::string_view prefix) {
  return std::string(absl::StripPrefix(name, prefix));
}

v1::Outcome OutcomeOf(const Execution& execution) {
  if (execution.mischief == Mischief::kFail) return v1::OUTCOME_FAILED;
  return execution.mischief == Mischief::kPreempt ? v1::OUTCOME_PREEMPTED : v1::OUTCOME_COMPLETED;
}

}  // namespace

ScriptedAgent::ScriptedAgent(const std::string& name, const std::shared_ptr<grpc::Channel>& channel,
                             const Script& script, Rng rng, IdSource& ids, CallLog& log,
                             const std::atomic<bool>& stopping)
    : script_(script),
      rng_(rng),
      ids_(ids),
      stopping_(stopping),
      caller_(name, channel, script.timeout, Rng(rng.NextUint64(), 1), log, stopping) {}

void ScriptedAgent::Run() {
  if (!Register()) return;
  while (std::optional<v1::Lease> lease = NextLease()) Execute(*lease);
}

bool ScriptedAgent::Register() {
  v1::RegisterAgentRequest request;
  request.set_request_id(MakeToken(ids_));
  request.set_name(caller_.agent());
  request.set_host("chaos");
  request.set_slots(1);
  v1::RegisterAgentResponse response;
  const auto note = [](const v1::RegisterAgentResponse& answer, Json& line) { line["agent_id"] = answer.agent().id(); };
  const CallError error = caller_.Call("RegisterAgent", &v1::AgentService::Stub::RegisterAgent, request, response,
                                       {{"request_id", request.request_id()}}, note);
  agent_id_ = response.agent().id();
  return error == CallError::kNone;
}

std::optional<v1::Lease> ScriptedAgent::NextLease() {
  while (!stopping_) {
    v1::RequestTrialResponse response;
    switch (Ask(response)) {
      case CallError::kNone: break;
      case CallError::kLeaseLost: continue;
      case CallError::kAgentNotFound:
        if (Register()) continue;
        return std::nullopt;
      case CallError::kRefused:
      case CallError::kUnanswered: return std::nullopt;
    }
    if (response.has_lease()) return std::move(*response.mutable_lease());
    if (response.has_done() && script_.until_done) return std::nullopt;
    if (response.has_done()) absl::SleepFor(kPauseWithoutSweep);
  }
  return std::nullopt;
}

CallError ScriptedAgent::Ask(v1::RequestTrialResponse& response) {
  Pause();
  v1::RequestTrialRequest request;
  request.set_agent_id(agent_id_);
  request.set_request_id(MakeToken(ids_));
  for (const std::string& sweep : script_.sweeps) request.add_sweeps(sweep);
  DurationToWire(script_.wait, request.mutable_wait());
  return caller_.Call("RequestTrial", &v1::AgentService::Stub::RequestTrial, request, response,
                      {{"agent_id", agent_id_}, {"request_id", request.request_id()}}, NoteTrial);
}

void ScriptedAgent::Execute(const v1::Lease& lease) {
  const Execution execution = DrawExecution(rng_, script_.mischief);
  Json line = LeaseFacts(lease.ref());
  line["kind"] = "execution";
  line["agent"] = caller_.agent();
  line.update(ExecutionJson(execution));
  caller_.log().Write(line);

  const bool heartbeats = rng_.NextBelow(kHeartbeatEvery) == 0;
  for (int64_t call = 0; call <= kReportCalls; ++call) {
    if (call == execution.mischief_at) {
      if (execution.mischief == Mischief::kAbandon) return;
      if (execution.mischief == Mischief::kNap) absl::SleepFor(script_.nap);
    }
    if (heartbeats && !Heartbeat(lease.ref())) return;
    const bool goes_on = call < kReportCalls ? Report(lease.ref(), execution, call) : Finish(lease.ref(), execution);
    if (!goes_on) return;
  }
  if (execution.mischief != Mischief::kRepeat) return;
  Report(lease.ref(), execution, 0);
  Finish(lease.ref(), execution);
}

bool ScriptedAgent::Report(const v1::LeaseRef& lease, const Execution& execution, int64_t call) {
  Pause();
  v1::ReportMetricsRequest request;
  *request.mutable_lease() = lease;
  const int64_t first = call * kReportsPerCall + 1;
  for (int64_t sequence = first; sequence < first + kReportsPerCall; ++sequence) {
    v1::MetricReport& report = *request.add_reports();
    report.set_sequence(sequence);
    report.set_step(sequence - 1);
    TimeToWire(absl::Now(), report.mutable_time());
    (*report.mutable_values())["loss"] = execution.losses[static_cast<size_t>(sequence - 1)];
    (*report.mutable_values())["noise"] = execution.noise[static_cast<size_t>(sequence - 1)];
  }
  Json facts = LeaseFacts(lease);
  facts["last"] = first + kReportsPerCall - 1;
  const auto note = [](const v1::ReportMetricsResponse& answer, Json& line) {
    line["acked"] = answer.acked_sequence();
    line["directive"] = answer.directive();
  };
  const int times = execution.mischief == Mischief::kRepeat ? 2 : 1;
  for (int i = 0; i < times; ++i) {
    v1::ReportMetricsResponse response;
    const CallError error =
        caller_.Call("ReportMetrics", &v1::AgentService::Stub::ReportMetrics, request, response, facts, note);
    if (error != CallError::kNone || response.directive() != v1::DIRECTIVE_CONTINUE) return false;
  }
  return true;
}

bool ScriptedAgent::Heartbeat(const v1::LeaseRef& lease) {
  v1::HeartbeatRequest request;
  request.set_agent_id(agent_id_);
  *request.add_running() = lease;
  const auto note = [](const v1::HeartbeatResponse& answer, Json& line) {
    line["directives"] = std::vector<int>(answer.directives().begin(), answer.directives().end());
  };
  Json facts = LeaseFacts(lease);
  facts["agent_id"] = agent_id_;
  v1::HeartbeatResponse response;
  const CallError error = caller_.Call("Heartbeat", &v1::AgentService::Stub::Heartbeat, request, response, facts, note);
  return error == CallError::kNone && response.directives_size() == 1 &&
         response.directives(0) == v1::DIRECTIVE_CONTINUE;
}

bool ScriptedAgent::Finish(const v1::LeaseRef& lease, const Execution& execution) {
  Pause();
  v1::FinishTrialRequest request;
  *request.mutable_lease() = lease;
  request.set_outcome(OutcomeOf(execution));
  request.set_exit_code(execution.mischief == Mischief::kFail ? 1 : 0);
  request.set_last_sequence(kReports);
  Json facts = LeaseFacts(lease);
  facts["outcome"] = Word(v1::Outcome_Name(request.outcome()), "OUTCOME_");
  const auto note = [](const v1::FinishTrialResponse& answer, Json& line) {
    line["state"] = Word(v1::TrialState_Name(answer.state()), "TRIAL_STATE_");
  };
  v1::FinishTrialResponse response;
  return caller_.Call("FinishTrial", &v1::AgentService::Stub::FinishTrial, request, response, facts, note) ==
         CallError::kNone;
}

void ScriptedAgent::Pause() { absl::SleepFor(script_.pause * rng_.NextUnit()); }

}  // namespace sweepd::chaos
