// AdminService: what somebody needs who takes care of a controller.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>

#include "server/store/backups.h"
#include "sweepd/v1/admin_service.grpc.pb.h"

namespace sweepd {

// Thread-safe. `backups` may be null; it and `closing` (see BackupSession) must outlive it.
class AdminServiceHandlers : public v1::AdminService::CallbackService {
 public:
  AdminServiceHandlers(Backups* backups, const std::atomic<bool>& closing) : backups_(backups), closing_(closing) {}

  grpc::ServerWriteReactor<v1::BackupResponse>* Backup(grpc::CallbackServerContext* context,
                                                       const v1::BackupRequest* request) override;

 private:
  Backups* const backups_;
  const std::atomic<bool>& closing_;
};

}  // namespace sweepd
