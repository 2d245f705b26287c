// SweepService on the engine and on the readers beside it.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>

#include "server/engine/controller.h"
#include "server/rpc/checked_service.h"
#include "sweepd/v1/sweep_service.grpc.pb.h"

namespace sweepd {

// Thread-safe. Controller and `closing` (see WatchSession) must outlive it.
class SweepServiceHandlers : public CheckedService<v1::SweepService> {
 public:
  SweepServiceHandlers(Controller& controller, const std::atomic<bool>& closing);

  grpc::ServerUnaryReactor* CreateSweep(grpc::CallbackServerContext* context, const v1::CreateSweepRequest* request,
                                        v1::CreateSweepResponse* response) override;
  grpc::ServerUnaryReactor* ValidateSweep(grpc::CallbackServerContext* context, const v1::ValidateSweepRequest* request,
                                          v1::ValidateSweepResponse* response) override;
  grpc::ServerUnaryReactor* GetSweep(grpc::CallbackServerContext* context, const v1::GetSweepRequest* request,
                                     v1::Sweep* response) override;
  grpc::ServerUnaryReactor* ListSweeps(grpc::CallbackServerContext* context, const v1::ListSweepsRequest* request,
                                       v1::ListSweepsResponse* response) override;
  grpc::ServerUnaryReactor* PauseSweep(grpc::CallbackServerContext* context, const v1::PauseSweepRequest* request,
                                       v1::Sweep* response) override;
  grpc::ServerUnaryReactor* ResumeSweep(grpc::CallbackServerContext* context, const v1::ResumeSweepRequest* request,
                                        v1::Sweep* response) override;
  grpc::ServerUnaryReactor* StopSweep(grpc::CallbackServerContext* context, const v1::StopSweepRequest* request,
                                      v1::Sweep* response) override;
  grpc::ServerUnaryReactor* CancelSweep(grpc::CallbackServerContext* context, const v1::CancelSweepRequest* request,
                                        v1::Sweep* response) override;
  grpc::ServerUnaryReactor* DeleteSweep(grpc::CallbackServerContext* context, const v1::DeleteSweepRequest* request,
                                        v1::DeleteSweepResponse* response) override;
  grpc::ServerUnaryReactor* UpdateSweep(grpc::CallbackServerContext* context, const v1::UpdateSweepRequest* request,
                                        v1::Sweep* response) override;
  grpc::ServerUnaryReactor* AddTrial(grpc::CallbackServerContext* context, const v1::AddTrialRequest* request,
                                     v1::Trial* response) override;
  grpc::ServerUnaryReactor* RetryTrial(grpc::CallbackServerContext* context, const v1::RetryTrialRequest* request,
                                       v1::Trial* response) override;
  grpc::ServerUnaryReactor* CancelTrial(grpc::CallbackServerContext* context, const v1::CancelTrialRequest* request,
                                        v1::Trial* response) override;
  grpc::ServerUnaryReactor* GetTrial(grpc::CallbackServerContext* context, const v1::GetTrialRequest* request,
                                     v1::GetTrialResponse* response) override;
  grpc::ServerUnaryReactor* ListTrials(grpc::CallbackServerContext* context, const v1::ListTrialsRequest* request,
                                       v1::ListTrialsResponse* response) override;
  grpc::ServerUnaryReactor* GetBestTrial(grpc::CallbackServerContext* context, const v1::GetBestTrialRequest* request,
                                         v1::Trial* response) override;
  grpc::ServerUnaryReactor* ListMetrics(grpc::CallbackServerContext* context, const v1::ListMetricsRequest* request,
                                        v1::ListMetricsResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchSweepResponse>* WatchSweep(grpc::CallbackServerContext* context,
                                                               const v1::WatchSweepRequest* request) override;
  grpc::ServerUnaryReactor* ListAgents(grpc::CallbackServerContext* context, const v1::ListAgentsRequest* request,
                                       v1::ListAgentsResponse* response) override;
  grpc::ServerUnaryReactor* GetServerStats(grpc::CallbackServerContext* context,
                                           const v1::GetServerStatsRequest* request,
                                           v1::ServerStats* response) override;

 private:
  Controller& controller_;
  const std::atomic<bool>& closing_;
};

}  // namespace sweepd
