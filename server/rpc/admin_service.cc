#include "server/rpc/admin_service.h"

#include "server/rpc/backup_session.h"

namespace sweepd {

grpc::ServerWriteReactor<v1::BackupResponse>* AdminServiceHandlers::Backup(grpc::CallbackServerContext* /*context*/,
                                                                           const v1::BackupRequest* /*request*/) {
  return BackupSession::Start(backups_, closing_);
}

}  // namespace sweepd
