#include "server/store/sqlite/data_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/file.h"
#include "common/status_macros.h"

namespace sweepd {
namespace {

namespace fs = std::filesystem;

absl::Status MakeFolder(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return absl::OkStatus();
  fs::create_directories(path, error);
  if (!error) fs::permissions(path, fs::perms::owner_all, error);
  if (error) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot make the data directory ", path.string(), ": ", error.message()));
  }
  return SyncFolderOf(path.string());
}

// The process that holds the lock: it has written its id into the file. 0 when it has not yet.
int ReadHolder(int file) {
  char text[32];
  const ssize_t size = pread(file, text, sizeof(text), 0);
  int pid = 0;
  if (size <= 0) return 0;
  return absl::SimpleAtoi(absl::string_view(text, static_cast<size_t>(size)), &pid) ? pid : 0;
}

absl::Status WriteHolder(int file) {
  const std::string text = absl::StrCat(getpid(), "\n");
  if (ftruncate(file, 0) != 0 || pwrite(file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return absl::ErrnoToStatus(errno, "cannot write the lock file");
  }
  return absl::OkStatus();
}

}  // namespace

std::string DatabasePath(const std::string& data_dir) { return data_dir + "/sweepd.sqlite3"; }

absl::StatusOr<std::unique_ptr<DataDirectory>> DataDirectory::Lock(const std::string& path) {
  RETURN_IF_ERROR(MakeFolder(path));
  const std::string lock_path = path + "/sweepd.lock";
  const int file = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot write to the data directory ", path, ": ", std::generic_category().message(errno)));
  }
  auto directory = std::unique_ptr<DataDirectory>(new DataDirectory(path, file));
  if (flock(file, LOCK_EX | LOCK_NB) == 0) {
    RETURN_IF_ERROR(WriteHolder(file));
    return directory;
  }
  if (errno != EWOULDBLOCK) return absl::ErrnoToStatus(errno, absl::StrCat("cannot lock ", lock_path));
  const int holder = ReadHolder(file);
  return absl::FailedPreconditionError(absl::StrCat("the data directory ", path, " is in use by another controller",
                                                    holder == 0 ? "" : absl::StrCat(" (process ", holder, ")"),
                                                    "; stop that one first, or give this one another data directory"));
}

DataDirectory::~DataDirectory() { close(lock_); }

}  // namespace sweepd
