// One unary call at a time through a completion queue. Request, answer and status stay where they are, so that a
// repeated call allocates only what gRPC itself does.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <optional>

#include "absl/time/time.h"
#include "sweepd/v1/agent_service.grpc.pb.h"

namespace sweepd::load {

// As long as the real agent waits for an answer.
inline constexpr std::chrono::seconds kCallTimeout(5);

// `prepare` is the stub's PrepareAsync function. Not thread-safe; must outlive the call under way.
template <class Request, class Response>
class UnaryCall {
 public:
  using Prepare = std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> (v1::AgentService::Stub::*)(
      grpc::ClientContext*, const Request&, grpc::CompletionQueue*);

  explicit UnaryCall(Prepare prepare) : prepare_(prepare) {}

  // The queue gives `tag` when the call is over.
  void Start(v1::AgentService::Stub& stub, grpc::CompletionQueue& queue, void* tag) {
    End();
    context_.emplace();
    context_->set_deadline(std::chrono::system_clock::now() + kCallTimeout);
    reader_ = (stub.*prepare_)(&*context_, request, &queue);
    reader_->StartCall();
    reader_->Finish(&response, &status, tag);
  }

  // To be called when the call is over. gRPC's part of a call keeps its connection's descriptor, also a dead one's.
  void End() {
    // It lies in the context's memory.
    reader_.reset();
    context_.reset();
  }

  // The call under way, if any, ends soon with CANCELLED.
  void Cancel() {
    if (context_.has_value()) context_->TryCancel();
  }

  Request request;
  Response response;    // valid when the call is over and `status` is OK
  grpc::Status status;  // valid when the call is over

 private:
  const Prepare prepare_;
  std::optional<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> reader_;
};

}  // namespace sweepd::load
