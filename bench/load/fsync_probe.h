// How fast the file system makes a small write durable: what bounds every commit.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace sweepd::load {

// Median time of writing 4 KiB and fdatasync, over a few hundred writes that lengthen a temporary file in `folder`.
absl::StatusOr<absl::Duration> MedianFdatasync(const std::string& folder);

}  // namespace sweepd::load
