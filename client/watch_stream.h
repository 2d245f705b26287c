// SweepWatch over gRPC's completion queue: one stream at a time, without a thread.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "client/sweep_watch.h"
#include "common/clock.h"
#include "common/retry.h"
#include "sweepd/v1/sweep_service.grpc.pb.h"

namespace sweepd::client {

class WatchStream : public SweepWatch {
 public:
  // `stub` and `clock` must outlive the stream.
  WatchStream(v1::SweepService::Stub& stub, const Clock& clock, v1::WatchSweepRequest request,
              absl::Duration reconnect_for, Rng rng);
  ~WatchStream() override;

  absl::StatusOr<Step> Next(absl::Duration timeout) override;
  const v1::WatchSweepResponse& response() const override { return response_; }

 private:
  // What the queue's next tag answers. At most one operation is under way.
  enum class Operation { kNone, kStart, kRead, kFinish };

  void Start();
  void Read();
  void Finish();
  void CloseCall();
  absl::StatusOr<Step> Advance(bool ok);
  absl::StatusOr<Step> OnFinished();

  v1::SweepService::Stub& stub_;
  const Clock& clock_;
  v1::WatchSweepRequest request_;
  const absl::Duration reconnect_for_;
  Backoff backoff_;

  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientAsyncReader<v1::WatchSweepResponse>> reader_;
  Operation operation_ = Operation::kNone;
  grpc::Status status_;
  v1::WatchSweepResponse response_;

  absl::Duration started_;                                // when the current call began
  absl::Duration retry_at_;                               // when the next one may begin
  absl::Duration away_since_ = absl::InfiniteDuration();  // infinite while connected
};

}  // namespace sweepd::client
