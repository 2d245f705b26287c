#include "server/rpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>

#include <mutex>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/core/limits.h"

namespace sweepd {
namespace {

constexpr int kMaxMetadataBytes = 8 << 10;
constexpr int kMaxStreamsPerConnection = 64;
constexpr int kShortestPingIntervalMs = 20'000;

// The plugins are switches of the whole process.
void EnablePlugins() {
  static std::once_flag once;
  std::call_once(once, [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

}  // namespace

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(Controller& controller, const std::string& address,
                                                            Backups* backups) {
  EnablePlugins();
  std::unique_ptr<RpcServer> rpc_server(new RpcServer(controller, backups));
  int port = 0;
  grpc::ServerBuilder builder;
  // Two controllers must never share a port in silence.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
  // Watchers ping every minute, also while their stream is silent.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kShortestPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.SetMaxReceiveMessageSize(kMaxClientMessageBytes);
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&rpc_server->sweep_service_);
  builder.RegisterService(&rpc_server->agent_service_);
  builder.RegisterService(&rpc_server->admin_service_);
  rpc_server->server_ = builder.BuildAndStart();
  if (rpc_server->server_ == nullptr || port == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot listen on ", address,
                     ": the address is in use or not of this machine; choose another with "
                     "--listen HOST:PORT (port 0: any free one)"));
  }
  grpc::HealthCheckServiceInterface& health = *rpc_server->server_->GetHealthCheckService();
  health.SetServingStatus(v1::SweepService::service_full_name(), true);
  health.SetServingStatus(v1::AgentService::service_full_name(), true);
  health.SetServingStatus(v1::AdminService::service_full_name(), true);
  rpc_server->address_ = absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
  return rpc_server;
}

RpcServer::~RpcServer() { Shutdown(absl::ZeroDuration()); }

void RpcServer::Shutdown(absl::Duration grace) {
  closing_ = true;
  server_->GetHealthCheckService()->SetServingStatus(false);
  controller_.Stop();
  server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
  server_->Wait();
}

}  // namespace sweepd
