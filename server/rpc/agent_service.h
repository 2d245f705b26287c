// AgentService on the engine.
#pragma once

#include <grpcpp/grpcpp.h>

#include "server/engine/controller.h"
#include "server/rpc/checked_service.h"
#include "sweepd/v1/agent_service.grpc.pb.h"

namespace sweepd {

// Thread-safe. The controller must outlive it.
class AgentServiceHandlers : public CheckedService<v1::AgentService> {
 public:
  explicit AgentServiceHandlers(Controller& controller);

  grpc::ServerUnaryReactor* RegisterAgent(grpc::CallbackServerContext* context, const v1::RegisterAgentRequest* request,
                                          v1::RegisterAgentResponse* response) override;
  grpc::ServerUnaryReactor* RequestTrial(grpc::CallbackServerContext* context, const v1::RequestTrialRequest* request,
                                         v1::RequestTrialResponse* response) override;
  grpc::ServerUnaryReactor* ReportMetrics(grpc::CallbackServerContext* context, const v1::ReportMetricsRequest* request,
                                          v1::ReportMetricsResponse* response) override;
  grpc::ServerUnaryReactor* Heartbeat(grpc::CallbackServerContext* context, const v1::HeartbeatRequest* request,
                                      v1::HeartbeatResponse* response) override;
  grpc::ServerUnaryReactor* FinishTrial(grpc::CallbackServerContext* context, const v1::FinishTrialRequest* request,
                                        v1::FinishTrialResponse* response) override;

 private:
  Controller& controller_;
};

}  // namespace sweepd
