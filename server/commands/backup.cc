#include <filesystem>
#include <ostream>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/commands/commands.h"
#include "server/store/sqlite/backup.h"
#include "server/store/sqlite/data_directory.h"

namespace sweepd {
namespace {

namespace fs = std::filesystem;

absl::Status RefuseTarget(const BackupFlags& flags) {
  std::error_code error;
  if (fs::equivalent(flags.file, DatabasePath(flags.data_dir), error)) {
    return absl::FailedPreconditionError(absl::StrCat(flags.file, " is the database itself; name another file"));
  }
  if (fs::exists(flags.file, error) && !flags.replace) {
    return absl::AlreadyExistsError(absl::StrCat(flags.file, " is there already; name another file, or add --replace"));
  }
  return absl::OkStatus();
}

absl::StatusOr<BackupContents> Make(const BackupFlags& flags) {
  RETURN_IF_ERROR(RefuseTarget(flags));
  return BackUpFile(DatabasePath(flags.data_dir), flags.file, nullptr);
}

}  // namespace

int RunBackUp(const BackupFlags& flags, std::ostream& out, std::ostream& err) {
  const absl::StatusOr<BackupContents> contents = Make(flags);
  if (!contents.ok()) {
    err << "error: nothing was backed up: " << std::string(contents.status().message()) << "\n";
    return 1;
  }
  out << "Wrote " << flags.file << ": " << contents->bytes << " bytes, " << contents->sweeps << " sweeps, "
      << contents->trials << " trials\n";
  return 0;
}

}  // namespace sweepd
