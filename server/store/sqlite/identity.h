// Whether a file is a database of this program, and what is said about one that is not.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/store/sqlite/connection.h"

namespace sweepd {

// Reads only. OK for a database of ours of a schema up to `known_version`, and for an empty one; FAILED_PRECONDITION
// for one of another program or of a newer version of this one; DATA_LOSS for a file that is no database.
absl::Status CheckIdentity(Connection& connection, int64_t known_version);

// Reads the whole file: DATA_LOSS with the first thing that is wrong with it.
absl::Status CheckIntegrity(Connection& connection);

// DATA_LOSS with what to do about the damaged database at `path`.
absl::Status DamagedFile(const std::string& path, absl::string_view how);

}  // namespace sweepd
