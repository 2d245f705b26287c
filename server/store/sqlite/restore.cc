#include "server/store/sqlite/restore.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/file.h"
#include "common/status_macros.h"
#include "server/store/sqlite/backup.h"

namespace sweepd {
namespace {

namespace fs = std::filesystem;

// SQLite finds a database's log by its name, so the parts keep their endings when they are moved.
constexpr const char* kParts[] = {"", "-wal", "-shm", "-journal"};

std::string MarkerOf(const DataDirectory& directory) { return directory.path() + "/sweepd.restoring"; }

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool AnyPartExists(const std::string& database) {
  for (const char* part : kParts) {
    if (Exists(database + part)) return true;
  }
  return false;
}

// A path for the old database that nothing has yet.
std::string FreshAsidePath(const std::string& database, absl::Time now) {
  const std::string dated =
      absl::StrCat(database, ".replaced-", absl::FormatTime("%Y%m%dT%H%M%SZ", now, absl::UTCTimeZone()));
  std::string path = dated;
  for (int i = 2; AnyPartExists(path); ++i) path = absl::StrCat(dated, "-", i);
  return path;
}

// Where the old database goes. A restore that goes on keeps to the path of the interrupted one, so that the parts of
// one database stay together, unless that one was through and only its marker is left.
absl::StatusOr<std::string> AsidePath(const DataDirectory& directory, absl::Time now) {
  const std::string database = directory.database_path();
  const absl::StatusOr<std::string> earlier = ReadFile(MarkerOf(directory));
  if (absl::IsNotFound(earlier.status())) return FreshAsidePath(database, now);
  RETURN_IF_ERROR(earlier.status());
  const bool through = Exists(database) && Exists(*earlier);
  return earlier->empty() || through ? FreshAsidePath(database, now) : *earlier;
}

absl::Status MoveAside(const std::string& database, const std::string& aside) {
  for (const char* part : kParts) {
    if (!Exists(database + part)) continue;
    std::error_code error;
    fs::rename(database + part, aside + part, error);
    if (error) {
      return absl::UnavailableError(absl::StrCat("cannot move ", database, part, " aside: ", error.message()));
    }
  }
  return SyncFolderOf(database);
}

}  // namespace

bool HoldsDatabase(const DataDirectory& directory) { return AnyPartExists(directory.database_path()); }

absl::StatusOr<std::string> PutInPlace(const DataDirectory& directory, const std::string& source, absl::Time now) {
  const std::string database = directory.database_path();
  const std::string fresh = database + ".restored";
  RETURN_IF_ERROR(BackUpFile(source, fresh, nullptr).status());
  ASSIGN_OR_RETURN(const std::string aside, AsidePath(directory, now));
  const std::string marker = MarkerOf(directory);
  RETURN_IF_ERROR(WriteFileAtomically(marker, aside, 0600));
  RETURN_IF_ERROR(MoveAside(database, aside));
  RETURN_IF_ERROR(ReplaceFile(fresh, database));
  std::error_code error;
  fs::remove(marker, error);
  if (error) return absl::UnavailableError(absl::StrCat("cannot remove ", marker, ": ", error.message()));
  RETURN_IF_ERROR(SyncFolderOf(marker));
  return AnyPartExists(aside) ? aside : "";
}

absl::Status RefuseUnfinishedRestore(const DataDirectory& directory) {
  if (!Exists(MarkerOf(directory))) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("a restore of ", directory.path(),
                   " was interrupted, and its database may be missing or old. Run it again: "
                   "sweepd restore --data-dir ",
                   directory.path(), " FILE --replace"));
}

}  // namespace sweepd
