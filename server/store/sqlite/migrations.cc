#include "server/store/sqlite/migrations.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/store/sqlite/backup.h"

namespace sweepd {
namespace {

absl::Status Check(Connection& connection, const std::string& queries) {
  ASSIGN_OR_RETURN(const auto complaint, connection.FirstRowOf(queries));
  if (!complaint.has_value()) return absl::OkStatus();
  return absl::InternalError(*complaint);
}

absl::Status ApplyInTransaction(Connection& connection, const Migration& migration) {
  RETURN_IF_ERROR(connection.Execute(migration.sql));
  RETURN_IF_ERROR(connection.Execute(
      absl::StrCat("PRAGMA application_id = ", kApplicationId, "; PRAGMA user_version = ", migration.version)));
  RETURN_IF_ERROR(Check(connection, migration.check));
  return Check(connection, "SELECT 'a broken reference in table ' || \"table\" FROM pragma_foreign_key_check");
}

absl::Status Apply(Connection& connection, const Migration& migration) {
  RETURN_IF_ERROR(connection.Begin());
  absl::Status status = ApplyInTransaction(connection, migration);
  if (status.ok()) status = connection.Commit();
  if (status.ok()) return status;
  connection.Rollback();
  return absl::Status(status.code(), absl::StrCat("the migration of ", connection.path(), " to schema ",
                                                  migration.version, " failed and was undone: ", status.message()));
}

}  // namespace

absl::Status Migrate(Connection& connection, const std::vector<Migration>& migrations) {
  ASSIGN_OR_RETURN(const int64_t version, connection.QueryInt("PRAGMA user_version"));
  if (migrations.empty() || version >= migrations.back().version) return absl::OkStatus();
  if (version > 0) RETURN_IF_ERROR(BackUp(connection, absl::StrCat(connection.path(), ".v", version, ".backup")));
  // A table that is rebuilt would take its children with it; the check above finds what is left without a parent.
  RETURN_IF_ERROR(connection.Execute("PRAGMA foreign_keys = OFF"));
  for (const Migration& migration : migrations) {
    if (migration.version > version) RETURN_IF_ERROR(Apply(connection, migration));
  }
  return connection.Execute("PRAGMA foreign_keys = ON");
}

}  // namespace sweepd
