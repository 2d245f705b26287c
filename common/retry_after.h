// How long whoever failed asks to be left alone, carried by the status of the failure.
//
// A controller that has too much to do says when to come back; on the wire it is a google.rpc.RetryInfo (and, for
// clients that look for it, the trailer grpc-retry-pushback-ms).
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace sweepd {

// `status` with the wish that nobody tries again before `retry_after` has passed. An OK status stays bare.
absl::Status WithRetryAfter(absl::Status status, absl::Duration retry_after);

// What WithRetryAfter attached, never negative.
std::optional<absl::Duration> RetryAfterOf(const absl::Status& status);

}  // namespace sweepd
