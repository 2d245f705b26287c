// Errors of the domain on the wire: code, message, reason and hint, and the mistakes of a sweep file.
#pragma once

#include <grpcpp/support/status.h>

#include <vector>

#include "absl/status/status.h"
#include "server/spec/problem.h"
#include "sweepd/v1/error.pb.h"

namespace sweepd {

// OK stays OK.
grpc::Status ErrorToWire(const absl::Status& status);

v1::Problem ProblemToWire(const Problem& problem);

// INVALID_ARGUMENT, reason INVALID_SWEEP, with every problem; the message is the first one and how many there are.
grpc::Status ProblemsToWire(const std::vector<Problem>& problems);

// INVALID_ARGUMENT for one wrong field of a request.
absl::Status BadField(absl::string_view field, absl::string_view message);

}  // namespace sweepd
