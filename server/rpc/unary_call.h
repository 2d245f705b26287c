// The frame of every unary handler: run something in the engine or beside it, convert the result, finish the call.
//
// No thread waits meanwhile: the callback API's reactor is finished from the thread that has the result.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <optional>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/retry_after.h"
#include "server/engine/controller.h"
#include "server/wire/error_wire.h"

namespace sweepd {

// A call that is open; finished once, from any thread.
class UnaryCall {
 public:
  // At most one for each context.
  explicit UnaryCall(grpc::CallbackServerContext* context) : context_(context), reactor_(context->DefaultReactor()) {}

  // An error that says when to come back says so in the trailer that gRPC's own retries look for, too.
  void Finish(const absl::Status& status) const {
    if (const std::optional<absl::Duration> retry_after = RetryAfterOf(status)) {
      context_->AddTrailingMetadata("grpc-retry-pushback-ms", absl::StrCat(absl::ToInt64Milliseconds(*retry_after)));
    }
    reactor_->Finish(ErrorToWire(status));
  }

  // Nobody waits for the answer any more: the caller has gone or its deadline has passed.
  bool IsAbandoned() const { return context_->IsCancelled(); }

  grpc::ServerUnaryReactor* reactor() const { return reactor_; }

 private:
  grpc::CallbackServerContext* context_;
  grpc::ServerUnaryReactor* reactor_;
};

inline grpc::ServerUnaryReactor* FinishNow(grpc::CallbackServerContext* context, const absl::Status& status) {
  const UnaryCall call(context);
  call.Finish(status);
  return call.reactor();
}

// A reply that fills `response` by `convert(result, response)` and finishes the call.
template <class T, class Convert>
EngineThread::Reply<T> FinishWith(UnaryCall call, Convert convert) {
  return [call, convert = std::move(convert)](absl::StatusOr<T> result) mutable {
    if (result.ok()) convert(*result);
    call.Finish(result.status());
  };
}

// Runs `command` on the engine thread.
template <class T, class Convert>
grpc::ServerUnaryReactor* RunInEngine(grpc::CallbackServerContext* context, Controller& controller,
                                      absl::AnyInvocable<absl::StatusOr<T>(Engine&)> command, Convert convert,
                                      const EngineThread::Weight& weight = {}) {
  const UnaryCall call(context);
  controller.engine_thread().Run<T>(std::move(command), FinishWith<T>(call, std::move(convert)), weight);
  return call.reactor();
}

// Runs `read`, which fills the response itself, on a reading thread; not at all when the call is abandoned meanwhile.
inline grpc::ServerUnaryReactor* RunInReader(grpc::CallbackServerContext* context, Controller& controller,
                                             absl::AnyInvocable<absl::Status(StoreReader&)> read) {
  const UnaryCall call(context);
  const absl::Status taken = controller.read_pool().TryRun([call, read = std::move(read)](StoreReader& reader) mutable {
    call.Finish(call.IsAbandoned() ? absl::CancelledError("the caller has gone") : read(reader));
  });
  if (!taken.ok()) call.Finish(taken);
  return call.reactor();
}

}  // namespace sweepd
