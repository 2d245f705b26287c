#include "common/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace sweepd {
namespace {

absl::Status SystemError(absl::string_view verb, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", verb, " ", path));
}

class FileDescriptor {
 public:
  FileDescriptor(const std::string& path, int flags, mode_t mode = 0)
      : fd_(open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

bool WriteAll(int fd, absl::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

absl::Status WriteNewFile(const std::string& path, absl::string_view content, mode_t mode) {
  const FileDescriptor file(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
  if (file.get() < 0) return SystemError("create", path);
  return WriteAll(file.get(), content) ? absl::OkStatus() : SystemError("write", path);
}

absl::Status Sync(const std::string& path, int flags) {
  const FileDescriptor file(path, flags);
  if (file.get() < 0) return SystemError("open", path);
  return fsync(file.get()) == 0 ? absl::OkStatus() : SystemError("sync", path);
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const FileDescriptor file(path, O_RDONLY);
  if (file.get() < 0) return SystemError("open", path);
  std::string content;
  char buffer[4096];
  while (true) {
    const ssize_t got = read(file.get(), buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("read", path);
    if (got == 0) return content;
    content.append(buffer, static_cast<size_t>(got));
  }
}

absl::Status WriteFileAtomically(const std::string& path, absl::string_view content, mode_t mode) {
  const std::string unfinished = absl::StrCat(path, ".new.", getpid());
  absl::Status status = WriteNewFile(unfinished, content, mode);
  if (status.ok()) status = ReplaceFile(unfinished, path);
  if (!status.ok()) unlink(unfinished.c_str());
  return status;
}

absl::Status ReplaceFile(const std::string& from, const std::string& to) {
  RETURN_IF_ERROR(Sync(from, O_RDWR));
  if (std::rename(from.c_str(), to.c_str()) != 0) return SystemError("rename", from);
  return SyncFolderOf(to);
}

absl::Status SyncFolderOf(const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).lexically_normal().parent_path().string();
  return Sync(folder, O_RDONLY | O_DIRECTORY);
}

}  // namespace sweepd
