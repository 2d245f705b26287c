#include "common/wire_status.h"

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "common/retry_after.h"
#include "common/wire_time.h"

namespace sweepd {
namespace {

// What gRPC says of a message beyond the receiver's or the sender's limit.
constexpr absl::string_view kMessageTooLarge = "message larger than max";

constexpr char kRetryInfoUrl[] = "type.googleapis.com/google.rpc.RetryInfo";

void PackRetryAfter(absl::Duration retry_after, google::protobuf::Any& any) {
  v1::RetryInfo info;
  DurationToWire(retry_after, info.mutable_retry_delay());
  any.set_type_url(kRetryInfoUrl);
  any.set_value(info.SerializeAsString());
}

std::optional<absl::Duration> RetryAfterFromWire(const grpc::Status& wire) {
  v1::RpcStatus packed;
  v1::RetryInfo info;
  if (!packed.ParseFromString(wire.error_details())) return std::nullopt;
  for (const google::protobuf::Any& any : packed.details()) {
    if (any.type_url() == kRetryInfoUrl && info.ParseFromString(any.value())) {
      return DurationFromWire(info.retry_delay());
    }
  }
  return std::nullopt;
}

}  // namespace

grpc::Status StatusToWire(const absl::Status& status, const v1::ErrorDetail& detail) {
  if (status.ok()) return grpc::Status::OK;
  const std::string message(status.message());
  v1::RpcStatus packed;
  packed.set_code(static_cast<int>(status.code()));
  packed.set_message(message);
  packed.add_details()->PackFrom(detail);
  if (const auto retry_after = RetryAfterOf(status)) PackRetryAfter(*retry_after, *packed.add_details());
  // absl and gRPC number their codes alike.
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), message, packed.SerializeAsString());
}

absl::Status StatusFromWire(const grpc::Status& wire) {
  if (wire.error_code() == grpc::CANCELLED && wire.error_details().empty()) {
    return absl::UnavailableError("the call was cut off; the other side may be shutting down");
  }
  absl::Status status(static_cast<absl::StatusCode>(wire.error_code()), wire.error_message());
  if (const auto retry_after = RetryAfterFromWire(wire)) return WithRetryAfter(std::move(status), *retry_after);
  if (absl::IsResourceExhausted(status) && !absl::StrContains(status.message(), kMessageTooLarge)) {
    return absl::UnavailableError(status.message());
  }
  return status;
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
