// Whole small files, and making files and their names survive a power loss.
//
// Errors carry the system's text and its kind (absl::ErrnoToStatus): NOT_FOUND for what is not there,
// RESOURCE_EXHAUSTED for a full disk, PERMISSION_DENIED, and so on.
#pragma once

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sweepd {

absl::StatusOr<std::string> ReadFile(const std::string& path);

// Replaces the file as a whole: a reader sees the old content or the new one, also after a power loss. `mode` holds for
// a new file.
absl::Status WriteFileAtomically(const std::string& path, absl::string_view content, mode_t mode);

// Puts `from` in the place of `to`, in one step and durably. Both lie in one folder.
absl::Status ReplaceFile(const std::string& from, const std::string& to);

// The folder that holds `path`: after it the name itself is durable.
absl::Status SyncFolderOf(const std::string& path);

}  // namespace sweepd
