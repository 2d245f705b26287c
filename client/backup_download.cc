#include "client/backup_download.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/file.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

// Receives the parts in their order.
class BackupWriter {
 public:
  explicit BackupWriter(std::string path)
      : path_(std::move(path)), file_(open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {}
  ~BackupWriter() {
    if (file_ >= 0) close(file_);
  }
  BackupWriter(const BackupWriter&) = delete;
  BackupWriter& operator=(const BackupWriter&) = delete;

  absl::Status Take(const v1::BackupResponse& part) {
    if (file_ < 0) return SystemError("create");
    switch (part.part_case()) {
      case v1::BackupResponse::kContents: contents_ = part.contents(); return absl::OkStatus();
      case v1::BackupResponse::kData: return Append(part.data());
      case v1::BackupResponse::kSha256: sent_digest_ = part.sha256(); return absl::OkStatus();
      case v1::BackupResponse::PART_NOT_SET: break;
    }
    return absl::OkStatus();
  }

  // After the last part: whether it is what the controller sent, to the last byte.
  absl::StatusOr<v1::BackupContents> Finish() {
    if (sent_digest_.empty() || bytes_ != contents_.bytes()) {
      return absl::DataLossError(
          absl::StrCat("the backup ended after ", bytes_, " of ", contents_.bytes(), " bytes; try again"));
    }
    if (digest_.Hex() != sent_digest_) {
      return absl::DataLossError("the backup arrived damaged: its digest is wrong; try again");
    }
    return contents_;
  }

 private:
  absl::Status SystemError(absl::string_view verb) const {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", verb, " ", path_));
  }

  absl::Status Append(absl::string_view data) {
    digest_.Add(data);
    bytes_ += static_cast<int64_t>(data.size());
    while (!data.empty()) {
      const ssize_t written = write(file_, data.data(), data.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return SystemError("write");
      data.remove_prefix(static_cast<size_t>(written));
    }
    return absl::OkStatus();
  }

  const std::string path_;
  const int file_;
  Sha256 digest_;
  int64_t bytes_ = 0;
  v1::BackupContents contents_;
  std::string sent_digest_;
};

absl::StatusOr<v1::BackupContents> Fetch(SweepClient& client, const std::string& path) {
  BackupWriter writer(path);
  RETURN_IF_ERROR(client.Backup([&writer](const v1::BackupResponse& part) { return writer.Take(part); }));
  return writer.Finish();
}

}  // namespace

absl::StatusOr<v1::BackupContents> DownloadBackup(SweepClient& client, const std::string& path) {
  const std::string unfinished = absl::StrCat(path, ".part.", getpid());
  absl::StatusOr<v1::BackupContents> contents = Fetch(client, unfinished);
  if (contents.ok()) {
    if (const absl::Status placed = ReplaceFile(unfinished, path); !placed.ok()) contents = placed;
  }
  if (!contents.ok()) unlink(unfinished.c_str());
  return contents;
}

}  // namespace sweepd::client
