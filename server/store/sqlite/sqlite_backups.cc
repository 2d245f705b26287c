#include "server/store/sqlite/sqlite_backups.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/store/sqlite/backup.h"
#include "server/store/sqlite/data_directory.h"

namespace sweepd {
namespace {

namespace fs = std::filesystem;

// What must stay free on the disk beside a copy: a backup is not worth a controller that cannot commit.
constexpr uintmax_t kReserveBytes = 256 << 20;

absl::Status Busy() {
  return WithReason(absl::ResourceExhaustedError("another backup is under way"), "BACKUP_BUSY",
                    "try again when it has ended");
}

absl::Status RequireRoom(const std::string& database) {
  std::error_code error;
  const uintmax_t size = fs::file_size(database, error);
  const fs::space_info space = fs::space(database, error);
  if (error || space.available >= size + kReserveBytes) return absl::OkStatus();
  return WithReason(
      absl::ResourceExhaustedError(absl::StrCat("a backup needs up to ", (size + kReserveBytes) >> 20,
                                                " MiB on the controller's disk, and ", space.available >> 20,
                                                " MiB are free")),
      "DISK_FULL",
      "free space on the disk of the controller, or run there: sweepd backup --data-dir DIR FILE, with FILE on another "
      "disk");
}

}  // namespace

SqliteBackups::SqliteBackups(const std::string& data_dir)
    : database_(DatabasePath(data_dir)), copy_(data_dir + "/sweepd.backup") {
  std::error_code ignored;
  for (const char* suffix : {"", ".tmp", ".tmp-journal"}) fs::remove(copy_ + suffix, ignored);
}

absl::StatusOr<std::unique_ptr<BackupFile>> SqliteBackups::Make(std::function<bool()> cancelled) {
  if (busy_.exchange(true)) return Busy();
  const absl::Status room = RequireRoom(database_);
  const absl::StatusOr<BackupContents> contents = room.ok() ? BackUpFile(database_, copy_, std::move(cancelled)) : room;
  if (!contents.ok()) {
    busy_ = false;
    return contents.status();
  }
  return std::make_unique<BackupFile>(copy_, *contents, [this] { busy_ = false; });
}

}  // namespace sweepd
