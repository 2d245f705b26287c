#include "server/store/sqlite/durable_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace sweepd {
namespace {

absl::Status Sync(const std::string& path, int flags) {
  const int file = open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  const int result = fsync(file);
  const int error = errno;
  close(file);
  return result == 0 ? absl::OkStatus() : absl::ErrnoToStatus(error, absl::StrCat("cannot sync ", path));
}

}  // namespace

absl::Status SyncFile(const std::string& path) { return Sync(path, O_RDWR); }

absl::Status SyncFolderOf(const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).lexically_normal().parent_path().string();
  return Sync(folder, O_RDONLY | O_DIRECTORY);
}

absl::Status ReplaceFile(const std::string& from, const std::string& to) {
  RETURN_IF_ERROR(SyncFile(from));
  if (rename(from.c_str(), to.c_str()) != 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot rename ", from));
  return SyncFolderOf(to);
}

}  // namespace sweepd
