#include "server/store/sqlite/sqlite_error.h"

#include <errno.h>
#include <sqlite3.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "server/core/errors.h"

namespace sweepd {
namespace {

// A write that found no space, as opposed to a failed fsync, after which nothing is certain.
//
// SHMSIZE is the log's index that could not grow, for which SQLite forgets the system's error number. In a commit this
// comes after the log was written: nobody sees the transaction, and the next commit overwrites it, but a kill before
// that would bring it back. Its callers were told that nothing was stored and repeat their calls, whose request ids
// make the repetition harmless either way.
bool IsFullDisk(sqlite3* db, int code) {
  if (code == SQLITE_FULL || code == SQLITE_IOERR_SHMSIZE) return true;
  if (code != SQLITE_IOERR_WRITE) return false;
  const int error = sqlite3_system_errno(db);
  return error == ENOSPC || error == EDQUOT;
}

absl::StatusCode CodeOf(int code) {
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID) {
    return absl::StatusCode::kAlreadyExists;
  }
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return absl::StatusCode::kDataLoss;
    case SQLITE_INTERRUPT: return absl::StatusCode::kCancelled;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM: return absl::StatusCode::kUnavailable;
    default: return absl::StatusCode::kInternal;
  }
}

}  // namespace

absl::Status SqliteError(sqlite3* db, int code, absl::string_view doing) {
  const std::string message =
      absl::StrCat("cannot ", doing, ": ", db == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db));
  if (IsFullDisk(db, code)) return DiskFull(message);
  return absl::Status(CodeOf(code), absl::StrCat(message, " (", sqlite3_errstr(code), ", code ", code, ")"));
}

}  // namespace sweepd
