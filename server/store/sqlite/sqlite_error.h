// SQLite's result codes as statuses.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

struct sqlite3;

namespace sweepd {

// The status for a result code that `db` has just returned; `doing` says what was attempted.
//
//   ALREADY_EXISTS      a unique constraint
//   RESOURCE_EXHAUSTED  the disk is full, reason DISK_FULL
//   UNAVAILABLE         any other I/O error, and a lock that somebody holds for too long
//   DATA_LOSS           the file is damaged or no database
//   CANCELLED           it was broken off (Connection::Interrupt, StopWhen)
//   INTERNAL            the rest, which are mistakes of this program
absl::Status SqliteError(sqlite3* db, int code, absl::string_view doing);

}  // namespace sweepd
