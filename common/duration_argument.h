// Durations as people type them.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace sweepd {

// "500ms", "90s", "10m", "1h30m", "2d"; a bare number means seconds. INVALID_ARGUMENT unless it is finite and at least
// `minimum`.
absl::StatusOr<absl::Duration> ParseDurationArgument(absl::string_view text, absl::Duration minimum);

}  // namespace sweepd
