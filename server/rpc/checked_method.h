// A unary method that looks at a request before it is parsed, and says what is wrong with one that cannot be.
//
// gRPC has one size limit for all methods, parses whatever is below it, and answers a request that does not parse (a
// string that is not UTF-8, a message of another program) with a bare UNIMPLEMENTED. This puts INVALID_ARGUMENT with
// the reason in its place.
#pragma once

#include <grpc/byte_buffer.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/rpc/unary_call.h"
#include "server/wire/error_wire.h"

namespace sweepd {

// For grpc::Service::MarkMethodCallback. Thread-safe.
template <class Request, class Response>
class CheckedMethod : public grpc::internal::MethodHandler {
 public:
  using Handler = std::function<grpc::ServerUnaryReactor*(grpc::CallbackServerContext*, const Request*, Response*)>;

  CheckedMethod(size_t max_bytes, Handler handler)
      : max_bytes_(max_bytes),
        method_(std::move(handler)),
        too_large_(RefuseWith(absl::StrCat("larger than ", max_bytes, " bytes; send less at a time"))),
        malformed_(RefuseWith("malformed: a text in it is not UTF-8, or it is of another version of this program")) {}

  void* Deserialize(grpc_call* call, grpc_byte_buffer* bytes, grpc::Status* status, void** holder) override {
    // There is none when the call broke off before its message was complete.
    const bool too_large = bytes != nullptr && grpc_byte_buffer_length(bytes) > max_bytes_;
    if (too_large) {
      // An empty one takes its place: the call needs a request to be refused.
      grpc_byte_buffer_destroy(bytes);
      bytes = grpc_raw_byte_buffer_create(nullptr, 0);
    }
    void* request = method_.Deserialize(call, bytes, status, holder);
    if (too_large) *status = TooLarge();
    return request;
  }

  void RunHandler(const HandlerParameter& given) override {
    if (given.status.ok()) return method_.RunHandler(given);
    const HandlerParameter refused(given.call, given.server_context, given.request, grpc::Status::OK,
                                   given.internal_data, given.call_requester);
    (given.status.error_code() == TooLarge().error_code() ? too_large_ : malformed_).RunHandler(refused);
  }

 private:
  using Method = grpc::internal::CallbackUnaryHandler<Request, Response>;

  // Between Deserialize and RunHandler; parsing never gives this code.
  static grpc::Status TooLarge() { return {grpc::StatusCode::OUT_OF_RANGE, ""}; }

  static Handler RefuseWith(const std::string& why) {
    return [refusal = BadField("request", why)](grpc::CallbackServerContext* context, const Request*, Response*) {
      return FinishNow(context, refusal);
    };
  }

  const size_t max_bytes_;
  Method method_;
  Method too_large_;
  Method malformed_;
};

}  // namespace sweepd
