#include "common/wire_status.h"

namespace sweepd {

grpc::Status StatusToWire(const absl::Status& status, const v1::ErrorDetail& detail) {
  if (status.ok()) return grpc::Status::OK;
  const std::string message(status.message());
  v1::RpcStatus packed;
  packed.set_code(static_cast<int>(status.code()));
  packed.set_message(message);
  packed.add_details()->PackFrom(detail);
  // absl and gRPC number their codes alike.
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), message, packed.SerializeAsString());
}

absl::Status StatusFromWire(const grpc::Status& wire) {
  if (wire.error_code() == grpc::CANCELLED && wire.error_details().empty()) {
    return absl::UnavailableError("the call was cut off; the other side may be shutting down");
  }
  return absl::Status(static_cast<absl::StatusCode>(wire.error_code()), wire.error_message());
}

v1::ErrorDetail DetailFromWire(const grpc::Status& wire) {
  v1::RpcStatus packed;
  v1::ErrorDetail detail;
  if (!packed.ParseFromString(wire.error_details())) return detail;
  for (const google::protobuf::Any& any : packed.details()) {
    if (any.UnpackTo(&detail)) return detail;
  }
  return {};
}

}  // namespace sweepd
