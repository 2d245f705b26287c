// Making files and their names survive a power loss.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace sweepd {

absl::Status SyncFile(const std::string& path);
// The folder that holds `path`: after it the name itself is durable.
absl::Status SyncFolderOf(const std::string& path);
// Puts `from` in the place of `to`, in one step and durably. Both lie in one folder.
absl::Status ReplaceFile(const std::string& from, const std::string& to);

}  // namespace sweepd
