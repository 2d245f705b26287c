// The frame of every unary handler: run something in the engine or beside it, convert the result, finish the call.
//
// No thread waits meanwhile: the callback API's reactor is finished from the thread that has the result.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "server/engine/controller.h"
#include "server/wire/error_wire.h"

namespace sweepd {

inline grpc::ServerUnaryReactor* FinishNow(grpc::CallbackServerContext* context, const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ErrorToWire(status));
  return reactor;
}

// A reply that fills `response` by `convert(result, response)` and finishes the call.
template <class T, class Convert>
EngineThread::Reply<T> FinishWith(grpc::ServerUnaryReactor* reactor, Convert convert) {
  return [reactor, convert = std::move(convert)](absl::StatusOr<T> result) mutable {
    if (result.ok()) convert(*result);
    reactor->Finish(ErrorToWire(result.status()));
  };
}

// Runs `command` on the engine thread.
template <class T, class Convert>
grpc::ServerUnaryReactor* RunInEngine(grpc::CallbackServerContext* context, Controller& controller,
                                      absl::AnyInvocable<absl::StatusOr<T>(Engine&)> command, Convert convert,
                                      const EngineThread::Weight& weight = {}) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  controller.engine_thread().Run<T>(std::move(command), FinishWith<T>(reactor, std::move(convert)), weight);
  return reactor;
}

// Runs `read`, which fills the response itself, on a reading thread.
inline grpc::ServerUnaryReactor* RunInReader(grpc::CallbackServerContext* context, Controller& controller,
                                             absl::AnyInvocable<absl::Status(StoreReader&)> read) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::Status taken = controller.read_pool().TryRun(
      [reactor, read = std::move(read)](StoreReader& reader) mutable { reactor->Finish(ErrorToWire(read(reader))); });
  if (!taken.ok()) reactor->Finish(ErrorToWire(taken));
  return reactor;
}

}  // namespace sweepd
