#include "server/rpc/server.h"

#include <google/protobuf/stubs/logging.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>

#include <mutex>
#include <utility>

#include "absl/time/clock.h"
#include "common/log.h"
#include "common/status_macros.h"
#include "server/core/limits.h"
#include "server/net/descriptor_limit.h"

namespace sweepd {
namespace {

constexpr int kMaxMetadataBytes = 8 << 10;
constexpr int kMaxStreamsPerConnection = 64;
constexpr int kShortestPingIntervalMs = 20'000;

int ToMs(absl::Duration duration) { return static_cast<int>(absl::ToInt64Milliseconds(duration)); }

// protobuf tells of every text that is not UTF-8, as often as somebody sends one; whoever sends it is told, too.
void LogProtobuf(google::protobuf::LogLevel /*level*/, const char* /*file*/, int /*line*/, const std::string& message) {
  LogDebug("protobuf", {{"text", message}});
}

// These are switches of the whole process.
void EnablePlugins() {
  static std::once_flag once;
  std::call_once(once, [] {
    google::protobuf::SetLogHandler(LogProtobuf);
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

void SetLimits(grpc::ServerBuilder& builder, const RpcOptions& options) {
  builder.SetMaxReceiveMessageSize(kMaxClientMessageBytes);
  grpc::ResourceQuota quota("sweepd");
  quota.Resize(kMaxTransportBytes);
  builder.SetResourceQuota(quota);
  // A few compressed bytes can become gigabytes before their size is looked at. No client of ours compresses.
  for (const grpc_compression_algorithm algorithm : {GRPC_COMPRESS_DEFLATE, GRPC_COMPRESS_GZIP}) {
    builder.SetCompressionAlgorithmSupportStatus(algorithm, false);
  }
  const auto set = [&builder](const char* argument, int value) { builder.AddChannelArgument(argument, value); };
  set(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  set(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
  set(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, ToMs(options.handshake_timeout));
  set(GRPC_ARG_MAX_CONNECTION_IDLE_MS, ToMs(kMaxConnectionIdle));
  set(GRPC_ARG_KEEPALIVE_TIME_MS, ToMs(options.keepalive_time));
  set(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, ToMs(options.keepalive_timeout));
  // Also while no call is open, and however often nothing but pings was sent.
  set(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  set(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // Watchers ping every minute, also while their stream is silent.
  set(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kShortestPingIntervalMs);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(Controller& controller, const std::string& address,
                                                            const RpcOptions& options) {
  EnablePlugins();
  ASSIGN_OR_RETURN(ListenSockets listening, ListenOn(address));
  std::unique_ptr<RpcServer> rpc_server(new RpcServer(controller, options.backups));
  grpc::ServerBuilder builder;
  SetLimits(builder, options);
  rpc_server->acceptor_ = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
      options.credentials != nullptr ? options.credentials : grpc::InsecureServerCredentials());
  builder.RegisterService(&rpc_server->sweep_service_);
  builder.RegisterService(&rpc_server->agent_service_);
  builder.RegisterService(&rpc_server->admin_service_);
  rpc_server->server_ = builder.BuildAndStart();
  if (rpc_server->server_ == nullptr) return absl::InternalError("gRPC refuses to start; see the log");
  grpc::HealthCheckServiceInterface& health = *rpc_server->server_->GetHealthCheckService();
  health.SetServingStatus(v1::SweepService::service_full_name(), true);
  health.SetServingStatus(v1::AgentService::service_full_name(), true);
  health.SetServingStatus(v1::AdminService::service_full_name(), true);
  rpc_server->address_ = listening.address;
  RETURN_IF_ERROR(rpc_server->Accept(std::move(listening), options));
  return rpc_server;
}

absl::Status RpcServer::Accept(ListenSockets listening, const RpcOptions& options) {
  ConnectionLimits limits;
  ASSIGN_OR_RETURN(limits.total, RoomForConnections());
  limits.per_address = options.max_connections_per_address.value_or(kMaxConnectionsPerAddress);
  limits.spares_loopback = !options.max_connections_per_address.has_value();
  ASSIGN_OR_RETURN(
      accept_loop_,
      AcceptLoop::Start(std::move(listening), limits, clock_, [this](int listener, FileDescriptor connection) {
        grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters parameters;
        parameters.listener_fd = listener;
        parameters.fd = connection.Release();
        acceptor_->HandleNewConnection(&parameters);
      }));
  LogInfo("accepting connections", {{"at_most", static_cast<int64_t>(limits.total)},
                                    {"from_one_address", static_cast<int64_t>(limits.per_address)}});
  return absl::OkStatus();
}

RpcServer::~RpcServer() {
  if (server_ != nullptr) Shutdown(absl::ZeroDuration());
}

void RpcServer::Shutdown(absl::Duration grace) {
  closing_ = true;
  // First of all: gRPC leaks connections that come after its shutdown.
  if (accept_loop_ != nullptr) accept_loop_->Stop();
  server_->GetHealthCheckService()->SetServingStatus(false);
  controller_.Stop();
  server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
  server_->Wait();
}

}  // namespace sweepd
