// A gRPC service whose unary methods are CheckedMethods.
#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/rpc/checked_method.h"

namespace sweepd {

// `Service` is the generated class, for example v1::AgentService.
template <class Service>
class CheckedService : public Service::CallbackService {
 protected:
  // Puts the check before the method called `name` in the proto, which `Handlers` (the class derived from this)
  // implements as `method`. Requests beyond `max_bytes` are refused.
  template <class Handlers, class Request, class Response>
  void Check(const std::string& name, size_t max_bytes,
             grpc::ServerUnaryReactor* (Handlers::*method)(grpc::CallbackServerContext*, const Request*, Response*)) {
    const auto* described = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
        absl::StrCat(Service::service_full_name(), ".", name));
    auto* handlers = static_cast<Handlers*>(this);
    this->MarkMethodCallback(
        described->index(),
        new CheckedMethod<Request, Response>(max_bytes, [handlers, method](grpc::CallbackServerContext* context,
                                                                           const Request* request, Response* response) {
          return (handlers->*method)(context, request, response);
        }));
  }
};

}  // namespace sweepd
