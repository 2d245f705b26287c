// Statuses on the wire: grpc::Status with an ErrorDetail in its details, and absl::Status.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "sweepd/v1/error.pb.h"

namespace sweepd {

// The code and message of `status`, with `detail` and RetryAfterOf(status) packed the way of google.rpc.Status.
grpc::Status StatusToWire(const absl::Status& status, const v1::ErrorDetail& detail);

// The code and message of an answer, and when to come back (RetryAfterOf) if it says so.
//
// RESOURCE_EXHAUSTED without a time to come back is gRPC's own word. It stays for a message beyond a limit, which will
// be too large again; what else gRPC may have run out of becomes UNAVAILABLE, for it may go away.
// UNAVAILABLE too for a CANCELLED that StatusToWire did not make: gRPC answers so to calls that arrive while its server
// shuts down. A caller that cancels its own calls knows it by itself.
absl::Status StatusFromWire(const grpc::Status& wire);

// The detail that StatusToWire packed; empty when there is none.
v1::ErrorDetail DetailFromWire(const grpc::Status& wire);

}  // namespace sweepd
