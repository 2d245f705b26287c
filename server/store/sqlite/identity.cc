#include "server/store/sqlite/identity.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/status_macros.h"
#include "server/store/sqlite/migrations.h"

namespace sweepd {
namespace {

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

}  // namespace

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

absl::Status DamagedFile(const std::string& path, absl::string_view how) {
  return absl::DataLossError(absl::StrCat(path, " is damaged: ", how,
                                          ". Put a backup in its place (sweepd restore --replace), or move it away to "
                                          "begin anew (`sqlite3 FILE .recover` shows what is left of it)"));
}

}  // namespace sweepd
