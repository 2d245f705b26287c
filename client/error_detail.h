// An ErrorDetail that travels inside an absl::Status, so that a call's error is one value.
#pragma once

#include "absl/status/status.h"
#include "sweepd/v1/error.pb.h"

namespace sweepd::client {

// `status` with `detail` as a payload; an OK status stays bare.
absl::Status WithDetail(absl::Status status, const v1::ErrorDetail& detail);

// The detail that WithDetail attached; empty when there is none.
v1::ErrorDetail DetailOf(const absl::Status& status);

}  // namespace sweepd::client
