// The gRPC server of a controller: its services, health and reflection.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/engine/controller.h"
#include "server/rpc/admin_service.h"
#include "server/rpc/agent_service.h"
#include "server/rpc/sweep_service.h"

namespace sweepd {

// Thread-safe.
class RpcServer {
 public:
  // Listens on `address` ("HOST:PORT"; port 0: any free one) without TLS, and serves at once. The controller
  // and `backups`, which is null for a state that has none, must outlive the server. FAILED_PRECONDITION when the
  // address cannot be bound.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(Controller& controller, const std::string& address,
                                                          Backups* backups = nullptr);

  // Shuts down at once.
  ~RpcServer();

  // "HOST:PORT" with the bound port.
  const std::string& address() const { return address_; }

  // Refuses new calls, ends the watchers and the held requests, and gives running calls `grace` to end.
  void Shutdown(absl::Duration grace);

 private:
  RpcServer(Controller& controller, Backups* backups)
      : controller_(controller),
        sweep_service_(controller, closing_),
        agent_service_(controller),
        admin_service_(backups, closing_) {}

  Controller& controller_;
  std::atomic<bool> closing_ = false;
  SweepServiceHandlers sweep_service_;
  AgentServiceHandlers agent_service_;
  AdminServiceHandlers admin_service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace sweepd
