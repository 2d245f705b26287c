// The text of a sweep file.
#pragma once

#include <istream>
#include <string>

#include "absl/status/statusor.h"
#include "sweepd/v1/sweep.pb.h"

namespace sweepd::client {

// Reads a file, or `in` when the path is "-". NOT_FOUND for a file that cannot be read; INVALID_ARGUMENT for a folder,
// and for a file that is larger than a controller takes.
absl::StatusOr<v1::SweepFile> ReadSweepFile(const std::string& path, std::istream& in);

}  // namespace sweepd::client
