#include "server/store/sqlite/open.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/store/cached/cached_store.h"
#include "server/store/sqlite/background_check.h"
#include "server/store/sqlite/data_directory.h"
#include "server/store/sqlite/identity.h"
#include "server/store/sqlite/migrations.h"
#include "server/store/sqlite/restore.h"
#include "server/store/sqlite/sqlite_store.h"

namespace sweepd {
namespace {

// Starts the check and waits for it as long as the options say. Null when it has ended well.
absl::StatusOr<std::unique_ptr<BackgroundCheck>> BeginCheck(const std::string& path, const SqliteOptions& options) {
  if (!options.check_integrity) return nullptr;
  ASSIGN_OR_RETURN(auto reader, Connection::OpenReader(path, options.vfs));
  if (options.on_damage == nullptr) {
    RETURN_IF_ERROR(CheckIntegrity(*reader));
    return nullptr;
  }
  auto check = std::make_unique<BackgroundCheck>(std::move(reader));
  if (options.check_patience <= absl::ZeroDuration()) return check;
  const std::optional<absl::Status> result = check->Await(options.check_patience);
  if (!result.has_value()) return check;
  RETURN_IF_ERROR(*result);
  return nullptr;
}

absl::Status LimitSize(Connection& connection, int64_t max_bytes) {
  if (max_bytes == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const int64_t page_bytes, connection.QueryInt("PRAGMA page_size"));
  const int64_t pages = std::max<int64_t>(1, max_bytes / page_bytes);
  return connection.FirstRowOf(absl::StrCat("PRAGMA max_page_count = ", pages)).status();
}

absl::StatusOr<std::unique_ptr<BackgroundCheck>> Prepare(Connection& connection, const SqliteOptions& options) {
  const std::vector<Migration> migrations = Migrations();
  RETURN_IF_ERROR(CheckIdentity(connection, migrations.back().version));
  ASSIGN_OR_RETURN(auto check, BeginCheck(connection.path(), options));
  RETURN_IF_ERROR(connection.UseWriteAheadLog(options.durability));
  RETURN_IF_ERROR(Migrate(connection, migrations));
  RETURN_IF_ERROR(LimitSize(connection, options.max_bytes));
  return check;
}

absl::StatusOr<std::unique_ptr<Store>> OpenLocked(std::unique_ptr<DataDirectory> directory, const std::string& path,
                                                  const SqliteOptions& options) {
  ASSIGN_OR_RETURN(auto connection, Connection::OpenWriter(path, options.vfs));
  auto check = Prepare(*connection, options);
  if (absl::IsDataLoss(check.status())) {
    return DamagedFile(connection->path(), absl::StrCat(check.status().message(), ". Nothing was changed"));
  }
  RETURN_IF_ERROR(check.status());
  if (*check != nullptr) (*check)->GoOnQuietly(options.on_damage);
  ASSIGN_OR_RETURN(auto store, SqliteStore::TakeOver(std::move(directory), std::move(connection), *std::move(check)));
  return std::make_unique<CachedStore>(std::move(store));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& data_dir, const SqliteOptions& options) {
  ASSIGN_OR_RETURN(auto directory, DataDirectory::Lock(data_dir));
  RETURN_IF_ERROR(RefuseUnfinishedRestore(*directory));
  const std::string path = directory->database_path();
  return OpenLocked(std::move(directory), path, options);
}

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteFile(const std::string& path, const SqliteOptions& options) {
  return OpenLocked(nullptr, path, options);
}

}  // namespace sweepd
