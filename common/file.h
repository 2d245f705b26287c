// Whole small files.
#pragma once

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sweepd {

// NOT_FOUND when there is no such file; UNAVAILABLE for any other error, with the system's text.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Replaces the file as a whole: a reader sees the old content or the new one, also after a crash. `mode` holds for a
// new file. UNAVAILABLE with the system's text.
absl::Status WriteFileAtomically(const std::string& path, absl::string_view content, mode_t mode);

}  // namespace sweepd
