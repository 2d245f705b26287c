#include "server/store/sqlite/backup.h"

#include <stdio.h>

#include "absl/strings/str_cat.h"
#include "common/file.h"
#include "common/status_macros.h"

namespace sweepd {
namespace {

absl::Status CheckCopy(const std::string& path) {
  ASSIGN_OR_RETURN(const auto copy, Connection::OpenReader(path));
  ASSIGN_OR_RETURN(const auto complaint, copy->FirstRowOf("PRAGMA integrity_check(1)"));
  if (complaint == "ok") return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("the backup ", path, " is damaged: ", complaint.value_or("")));
}

}  // namespace

absl::Status BackUp(Connection& connection, const std::string& target) {
  const std::string unfinished = target + ".tmp";
  remove(unfinished.c_str());
  absl::Status status = connection.Prepare("VACUUM INTO ?1").Bind(unfinished).Run();
  if (status.ok()) status = CheckCopy(unfinished);
  if (status.ok()) status = ReplaceFile(unfinished, target);
  if (!status.ok()) remove(unfinished.c_str());
  return status;
}

}  // namespace sweepd
