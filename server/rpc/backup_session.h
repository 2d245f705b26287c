// One Backup call: makes the copy and sends it, on a thread of its own, because both wait for the disk for long.
//
// It owns itself: it lives until the call is done and its thread has ended. There is one copy at a time (Backups), so
// further calls end at once and their threads with them.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "server/store/backups.h"
#include "sweepd/v1/admin_service.pb.h"

namespace sweepd {

class BackupSession : public grpc::ServerWriteReactor<v1::BackupResponse>,
                      public std::enable_shared_from_this<BackupSession> {
 public:
  // Starts the session and returns its reactor for gRPC. Without backups the call is UNIMPLEMENTED. Once `closing` is
  // true it ends with UNAVAILABLE. Backups and closing must outlive every call.
  static grpc::ServerWriteReactor<v1::BackupResponse>* Start(Backups* backups, const std::atomic<bool>& closing);

  void OnWriteDone(bool ok) override;
  void OnCancel() override { cancelled_ = true; }
  void OnDone() override { self_.reset(); }

 private:
  BackupSession(Backups* backups, const std::atomic<bool>& closing) : backups_(backups), closing_(closing) {}

  void Run();
  absl::Status Send();
  absl::Status SendFile(const BackupFile& file);
  // Sends `response_` and waits until it is sent.
  absl::Status Write();
  bool IsOver() const { return cancelled_ || closing_; }

  Backups* const backups_;
  const std::atomic<bool>& closing_;
  std::atomic<bool> cancelled_ = false;
  std::shared_ptr<BackupSession> self_;  // until OnDone
  v1::BackupResponse response_;          // of the thread

  absl::Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;  // nobody reads what is written
};

}  // namespace sweepd
