#include "server/store/sqlite/open.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/status_macros.h"
#include "server/store/cached/cached_store.h"
#include "server/store/sqlite/data_directory.h"
#include "server/store/sqlite/migrations.h"
#include "server/store/sqlite/sqlite_store.h"

namespace sweepd {
namespace {

absl::Status Damaged(const std::string& path, absl::string_view how) {
  return absl::DataLossError(absl::StrCat(path, " is damaged: ", how,
                                          ". Nothing was changed. Put a backup in its place, or move it away to begin "
                                          "anew (`sqlite3 FILE .recover` shows what is left of it)"));
}

absl::Status Foreign(const std::string& path, int64_t application_id) {
  return absl::FailedPreconditionError(
      absl::StrFormat("%s belongs to another program (application id 0x%08x, not 0x%08x). Nothing was changed. Move it "
                      "away, or give another data directory",
                      path, application_id, kApplicationId));
}

absl::Status Newer(const std::string& path, int64_t version, int64_t known) {
  return absl::FailedPreconditionError(absl::StrCat(
      path, " was written by a newer version of this program (schema ", version, "; this one knows schemas up to ",
      known, "). Nothing was changed. Install that version, or put a backup of an older schema in its place"));
}

// Reads only: a file that is not ours must stay as it is.
absl::Status CheckIdentity(Connection& connection, int64_t known_version) {
  ASSIGN_OR_RETURN(const int64_t application_id, connection.QueryInt("PRAGMA application_id"));
  ASSIGN_OR_RETURN(const int64_t version, connection.QueryInt("PRAGMA user_version"));
  ASSIGN_OR_RETURN(const int64_t objects, connection.QueryInt("SELECT count(*) FROM sqlite_schema"));
  const bool is_new = application_id == 0 && version == 0 && objects == 0;
  if (!is_new && application_id != kApplicationId) return Foreign(connection.path(), application_id);
  if (version > known_version) return Newer(connection.path(), version, known_version);
  return absl::OkStatus();
}

absl::Status CheckIntegrity(Connection& connection) {
  ASSIGN_OR_RETURN(const auto complaint, connection.FirstRowOf("PRAGMA quick_check(1)"));
  return complaint == "ok" ? absl::OkStatus() : absl::DataLossError(complaint.value_or("no answer"));
}

absl::Status LimitSize(Connection& connection, int64_t max_bytes) {
  if (max_bytes == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const int64_t page_bytes, connection.QueryInt("PRAGMA page_size"));
  const int64_t pages = std::max<int64_t>(1, max_bytes / page_bytes);
  return connection.FirstRowOf(absl::StrCat("PRAGMA max_page_count = ", pages)).status();
}

absl::Status Prepare(Connection& connection, const SqliteOptions& options) {
  const std::vector<Migration> migrations = Migrations();
  RETURN_IF_ERROR(CheckIdentity(connection, migrations.back().version));
  if (options.check_integrity) RETURN_IF_ERROR(CheckIntegrity(connection));
  RETURN_IF_ERROR(connection.UseWriteAheadLog(options.durability));
  RETURN_IF_ERROR(Migrate(connection, migrations));
  return LimitSize(connection, options.max_bytes);
}

absl::StatusOr<std::unique_ptr<Store>> OpenLocked(std::unique_ptr<DataDirectory> directory, const std::string& path,
                                                  const SqliteOptions& options) {
  ASSIGN_OR_RETURN(auto connection, Connection::OpenWriter(path, options.vfs));
  const absl::Status prepared = Prepare(*connection, options);
  if (absl::IsDataLoss(prepared)) return Damaged(connection->path(), prepared.message());
  RETURN_IF_ERROR(prepared);
  ASSIGN_OR_RETURN(auto store, SqliteStore::TakeOver(std::move(directory), std::move(connection)));
  return std::make_unique<CachedStore>(std::move(store));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& data_dir, const SqliteOptions& options) {
  ASSIGN_OR_RETURN(auto directory, DataDirectory::Lock(data_dir));
  const std::string path = directory->database_path();
  return OpenLocked(std::move(directory), path, options);
}

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteFile(const std::string& path, const SqliteOptions& options) {
  return OpenLocked(nullptr, path, options);
}

}  // namespace sweepd
