// A copy of a database while it is in use.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/store/backups.h"
#include "server/store/sqlite/connection.h"

namespace sweepd {

// Writes a complete, compact, checked and durable copy to `target`, which appears, or is replaced, in one step,
// readable by its owner only. An error leaves an older file at `target` as it was. Outside a transaction.
absl::Status BackUp(Connection& connection, const std::string& target);

// The same for the database at `source`, which anybody may be writing: the copy is its newest committed state. The
// lease key, which lies beside a database, is never part of a copy. `cancelled`, which may be null, is asked many times
// a second. Errors: as BackUp; NOT_FOUND without the source; FAILED_PRECONDITION when it is not a database of ours;
// CANCELLED.
absl::StatusOr<BackupContents> BackUpFile(const std::string& source, const std::string& target,
                                          std::function<bool()> cancelled);

// What the database at `path` holds.
absl::StatusOr<BackupContents> DescribeDatabase(const std::string& path);

}  // namespace sweepd
