// The gRPC server of a controller: its services, health and reflection.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "server/core/limits.h"
#include "server/engine/controller.h"
#include "server/net/accept_loop.h"
#include "server/rpc/admin_service.h"
#include "server/rpc/agent_service.h"
#include "server/rpc/sweep_service.h"

namespace sweepd {

struct RpcOptions {
  // Most connections from one address at a time. Unset: kMaxConnectionsPerAddress, and no limit for this machine's own
  // addresses, which tunnels and local agents share. Set: for every address.
  std::optional<size_t> max_connections_per_address = std::nullopt;
  // A silent peer is pinged after `keepalive_time`, and given up when it does not answer within `keepalive_timeout`.
  absl::Duration keepalive_time = kServerKeepaliveTime;
  absl::Duration keepalive_timeout = kServerKeepaliveTimeout;
  // A connection that has not begun to speak HTTP/2 by then is closed.
  absl::Duration handshake_timeout = kServerHandshakeTimeout;
  // Null for a state that has none; outlives the server.
  Backups* backups = nullptr;
  // Null: without TLS.
  std::shared_ptr<grpc::ServerCredentials> credentials = nullptr;
};

// Thread-safe.
class RpcServer {
 public:
  // Listens on `address` (see ListenOn) and serves at once. The controller must outlive the server. The errors are
  // those of ListenOn and RoomForConnections.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(Controller& controller, const std::string& address,
                                                          const RpcOptions& options = {});

  // Shuts down at once.
  ~RpcServer();

  // "HOST:PORT" with the bound port.
  const std::string& address() const { return address_; }

  // Refuses new connections and calls, ends the watchers and the held requests, and gives running calls `grace` to end.
  void Shutdown(absl::Duration grace);

 private:
  RpcServer(Controller& controller, Backups* backups)
      : controller_(controller),
        sweep_service_(controller, closing_),
        agent_service_(controller),
        admin_service_(backups, closing_) {}

  absl::Status Accept(ListenSockets listening, const RpcOptions& options);

  Controller& controller_;
  std::atomic<bool> closing_ = false;
  SweepServiceHandlers sweep_service_;
  AgentServiceHandlers agent_service_;
  AdminServiceHandlers admin_service_;
  SystemClock clock_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor_;
  std::unique_ptr<AcceptLoop> accept_loop_;
  std::string address_;
};

}  // namespace sweepd
