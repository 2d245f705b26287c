#include "server/rpc/agent_service.h"

#include <utility>
#include <vector>

#include "common/wire_time.h"
#include "server/core/limits.h"
#include "server/rpc/unary_call.h"
#include "server/wire/agent_wire.h"
#include "server/wire/enum_wire.h"
#include "server/wire/trial_wire.h"

namespace sweepd {

AgentServiceHandlers::AgentServiceHandlers(Controller& controller) : controller_(controller) {
  Check("RegisterAgent", kMaxAgentMessageBytes, &AgentServiceHandlers::RegisterAgent);
  Check("RequestTrial", kMaxAgentMessageBytes, &AgentServiceHandlers::RequestTrial);
  Check("ReportMetrics", kMaxAgentMessageBytes, &AgentServiceHandlers::ReportMetrics);
  Check("Heartbeat", kMaxAgentMessageBytes, &AgentServiceHandlers::Heartbeat);
  Check("FinishTrial", kMaxAgentMessageBytes, &AgentServiceHandlers::FinishTrial);
}

grpc::ServerUnaryReactor* AgentServiceHandlers::RegisterAgent(grpc::CallbackServerContext* context,
                                                              const v1::RegisterAgentRequest* request,
                                                              v1::RegisterAgentResponse* response) {
  absl::StatusOr<NewAgent> agent = NewAgentFromWire(*request);
  if (!agent.ok()) return FinishNow(context, agent.status());
  const absl::Duration ttl = controller_.engine_options().lease_ttl;
  return RunInEngine<Agent>(
      context, controller_, [agent = *std::move(agent)](Engine& engine) { return engine.RegisterAgent(agent); },
      [response, ttl](const Agent& registered) {
        *response->mutable_agent() = AgentToWire({registered, true, {}});
        DurationToWire(ttl / kHeartbeatsPerLease, response->mutable_heartbeat_interval());
        DurationToWire(ttl, response->mutable_lease_ttl());
      });
}

grpc::ServerUnaryReactor* AgentServiceHandlers::RequestTrial(grpc::CallbackServerContext* context,
                                                             const v1::RequestTrialRequest* request,
                                                             v1::RequestTrialResponse* response) {
  absl::StatusOr<TrialRequest> trial_request = TrialRequestFromWire(*request);
  if (!trial_request.ok()) return FinishNow(context, trial_request.status());
  const UnaryCall call(context);
  controller_.engine_thread().RequestTrial(
      *std::move(trial_request), DurationFromWire(request->wait()), [call] { return call.IsAbandoned(); },
      FinishWith<TrialAnswer>(call, [response](const TrialAnswer& answer) { *response = TrialAnswerToWire(answer); }));
  return call.reactor();
}

grpc::ServerUnaryReactor* AgentServiceHandlers::ReportMetrics(grpc::CallbackServerContext* context,
                                                              const v1::ReportMetricsRequest* request,
                                                              v1::ReportMetricsResponse* response) {
  absl::StatusOr<std::vector<MetricReport>> reports = ReportsFromWire(request->reports());
  if (!reports.ok()) return FinishNow(context, reports.status());
  return RunInEngine<ReportAnswer>(
      context, controller_,
      [lease = LeaseRefFromWire(request->lease()), reports = *std::move(reports)](Engine& engine) {
        return engine.ReportMetrics(lease, reports);
      },
      [response](const ReportAnswer& answer) {
        response->set_acked_sequence(answer.acked_sequence);
        response->set_directive(EnumToWire<v1::Directive>(answer.directive));
      },
      {Urgency::kReport, request->ByteSizeLong()});
}

grpc::ServerUnaryReactor* AgentServiceHandlers::Heartbeat(grpc::CallbackServerContext* context,
                                                          const v1::HeartbeatRequest* request,
                                                          v1::HeartbeatResponse* response) {
  std::vector<LeaseRef> running;
  for (const v1::LeaseRef& lease : request->running()) running.push_back(LeaseRefFromWire(lease));
  const auto answer = [response](const std::vector<Directive>& directives) {
    for (const Directive directive : directives) response->add_directives(EnumToWire<v1::Directive>(directive));
  };
  if (const auto directives = controller_.TryHeartbeat(request->agent_id(), running)) {
    answer(*directives);
    return FinishNow(context, absl::OkStatus());
  }
  return RunInEngine<std::vector<Directive>>(context, controller_,
                                             [agent_id = request->agent_id(), running = std::move(running)](
                                                 Engine& engine) { return engine.Heartbeat(agent_id, running); },
                                             answer, {Urgency::kCompletion, request->ByteSizeLong()});
}

grpc::ServerUnaryReactor* AgentServiceHandlers::FinishTrial(grpc::CallbackServerContext* context,
                                                            const v1::FinishTrialRequest* request,
                                                            v1::FinishTrialResponse* response) {
  absl::StatusOr<FinishReport> report = FinishReportFromWire(*request);
  if (!report.ok()) return FinishNow(context, report.status());
  return RunInEngine<FinishAnswer>(
      context, controller_, [report = *std::move(report)](Engine& engine) { return engine.FinishTrial(report); },
      [response](const FinishAnswer& answer) {
        response->set_state(EnumToWire<v1::TrialState>(answer.state));
        response->set_reason(EnumToWire<v1::TrialReason>(answer.reason));
      },
      {Urgency::kCompletion, request->ByteSizeLong()});
}

}  // namespace sweepd
