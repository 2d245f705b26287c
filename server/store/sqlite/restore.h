// Putting a backup in the place of a data directory's database.
//
// It takes several steps on the file system. A marker file says that they have begun; while it is there no controller
// starts (RefuseUnfinishedRestore), so a power loss in the middle never leads to a controller on half of two states.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/store/sqlite/data_directory.h"

namespace sweepd {

// Whether there is anything that a restore would have to move aside.
bool HoldsDatabase(const DataDirectory& directory);

// Makes a copy of the sound database at `source` the database of the directory, durably. An older database there is
// moved aside with its log, never deleted; the result is its new path, or empty when there was none. An error before
// the last steps has changed nothing; after one in the last steps the restore has to be run again, and goes on.
absl::StatusOr<std::string> PutInPlace(const DataDirectory& directory, const std::string& source, absl::Time now);

// FAILED_PRECONDITION when a restore of the directory was interrupted.
absl::Status RefuseUnfinishedRestore(const DataDirectory& directory);

}  // namespace sweepd
