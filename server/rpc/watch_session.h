// One WatchSweep call: reads events from where the watcher stands, writes them, and waits to be woken for more.
//
// It owns itself: it lives until the call is done and no read of its is under way.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/engine/controller.h"
#include "sweepd/v1/sweep_service.pb.h"

namespace sweepd {

class WatchSession : public grpc::ServerWriteReactor<v1::WatchSweepResponse>,
                     public std::enable_shared_from_this<WatchSession> {
 public:
  // Starts the session and returns its reactor for gRPC. When `closing` becomes true, wake-ups end the call with
  // UNAVAILABLE. Controller and closing must outlive every call.
  static grpc::ServerWriteReactor<v1::WatchSweepResponse>* Start(Controller& controller,
                                                                 const std::atomic<bool>& closing,
                                                                 const v1::WatchSweepRequest& request);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  WatchSession(Controller& controller, const std::atomic<bool>& closing, const v1::WatchSweepRequest& request);

  void Wake();
  void StartRead() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Read(StoreReader& reader);
  // Writes the next response, finishes, or waits, as the state asks.
  void Continue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Controller& controller_;
  const std::atomic<bool>& closing_;
  const std::string sweep_id_;
  const bool follow_;
  int64_t subscription_ = 0;
  std::shared_ptr<WatchSession> self_;  // until OnDone

  absl::Mutex mutex_;
  int64_t after_ ABSL_GUARDED_BY(mutex_);
  std::deque<v1::WatchSweepResponse> ready_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool read_again_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);  // how to finish once `ready_` is written
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace sweepd
