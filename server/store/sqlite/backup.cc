#include "server/store/sqlite/backup.h"

#include <stdio.h>

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/file.h"
#include "common/status_macros.h"
#include "server/store/sqlite/identity.h"
#include "server/store/sqlite/migrations.h"

namespace sweepd {
namespace {

constexpr mode_t kOwnerOnly = 0600;

absl::Status CheckCopy(const std::string& path) {
  ASSIGN_OR_RETURN(const auto copy, Connection::OpenReader(path));
  ASSIGN_OR_RETURN(const auto complaint, copy->FirstRowOf("PRAGMA integrity_check(1)"));
  if (complaint == "ok") return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("the backup ", path, " is damaged: ", complaint.value_or("")));
}

absl::Status WriteCopy(Connection& connection, const std::string& path) {
  // SQLite takes an empty file for a new one, and leaves its permissions.
  RETURN_IF_ERROR(WriteFileAtomically(path, "", kOwnerOnly));
  RETURN_IF_ERROR(connection.Prepare("VACUUM INTO ?1").Bind(path).Run());
  return CheckCopy(path);
}

}  // namespace

absl::Status BackUp(Connection& connection, const std::string& target) {
  const std::string unfinished = target + ".tmp";
  remove(unfinished.c_str());
  absl::Status status = WriteCopy(connection, unfinished);
  if (status.ok()) status = ReplaceFile(unfinished, target);
  if (!status.ok()) remove(unfinished.c_str());
  return status;
}

absl::StatusOr<BackupContents> BackUpFile(const std::string& source, const std::string& target,
                                          std::function<bool()> cancelled) {
  if (!std::filesystem::exists(source)) return absl::NotFoundError(absl::StrCat("there is no database at ", source));
  ASSIGN_OR_RETURN(const auto connection, Connection::OpenReader(source));
  RETURN_IF_ERROR(CheckIdentity(*connection, Migrations().back().version));
  // The source is open for reading only; the copy has to be written.
  RETURN_IF_ERROR(connection->Execute("PRAGMA query_only = OFF"));
  if (cancelled != nullptr) connection->StopWhen(std::move(cancelled));
  RETURN_IF_ERROR(BackUp(*connection, target));
  return DescribeDatabase(target);
}

absl::StatusOr<BackupContents> DescribeDatabase(const std::string& path) {
  BackupContents contents;
  std::error_code error;
  contents.bytes = static_cast<int64_t>(std::filesystem::file_size(path, error));
  ASSIGN_OR_RETURN(const auto connection, Connection::OpenReader(path));
  ASSIGN_OR_RETURN(contents.schema, connection->QueryInt("PRAGMA user_version"));
  ASSIGN_OR_RETURN(contents.sweeps, connection->QueryInt("SELECT count(*) FROM sweeps"));
  ASSIGN_OR_RETURN(contents.trials,
                   connection->QueryInt("SELECT coalesce(sum(pending + running + lost + succeeded + failed + stopped"
                                        " + cancelled), 0) FROM sweeps"));
  return contents;
}

}  // namespace sweepd
