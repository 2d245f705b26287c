#include "server/rpc/backup_session.h"

#include <fstream>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/log.h"
#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/wire/error_wire.h"

namespace sweepd {
namespace {

// admin_service.proto promises it to callers.
constexpr size_t kChunkBytes = 256 << 10;

}  // namespace

grpc::ServerWriteReactor<v1::BackupResponse>* BackupSession::Start(Backups* backups, const std::atomic<bool>& closing) {
  std::shared_ptr<BackupSession> session(new BackupSession(backups, closing));
  session->self_ = session;
  // The call cannot be done before the thread's last act, which is Finish.
  std::thread([session] { session->Run(); }).detach();
  return session.get();
}

void BackupSession::Run() {
  absl::Status sent = Send();
  if (!sent.ok() && closing_) sent = ShuttingDown();
  if (!sent.ok()) LogWarning("a backup was not sent", {{"status", sent.ToString()}});
  Finish(ErrorToWire(sent));
}

absl::Status BackupSession::Send() {
  if (backups_ == nullptr) {
    return WithReason(absl::UnimplementedError("this controller keeps its state in memory"), "NO_BACKUPS", "");
  }
  // The copy is gone when this returns: before the call is done, and with it the server.
  ASSIGN_OR_RETURN(const std::unique_ptr<BackupFile> file, backups_->Make([this] { return IsOver(); }));
  RETURN_IF_ERROR(SendFile(*file));
  const BackupContents& contents = file->contents();
  LogInfo("a backup was sent", {{"bytes", contents.bytes}, {"sweeps", contents.sweeps}, {"trials", contents.trials}});
  return absl::OkStatus();
}

absl::Status BackupSession::SendFile(const BackupFile& file) {
  v1::BackupContents& contents = *response_.mutable_contents();
  contents.set_bytes(file.contents().bytes);
  contents.set_schema(file.contents().schema);
  contents.set_sweeps(file.contents().sweeps);
  contents.set_trials(file.contents().trials);
  RETURN_IF_ERROR(Write());
  std::ifstream stream(file.path(), std::ios::binary);
  Sha256 digest;
  int64_t sent = 0;
  while (stream) {
    std::string& data = *response_.mutable_data();
    data.resize(kChunkBytes);
    stream.read(data.data(), static_cast<std::streamsize>(data.size()));
    data.resize(static_cast<size_t>(stream.gcount()));
    if (data.empty()) break;
    digest.Add(data);
    sent += static_cast<int64_t>(data.size());
    RETURN_IF_ERROR(Write());
  }
  if (sent != file.contents().bytes) {
    return absl::UnavailableError(absl::StrCat("cannot read ", file.path(), " to its end"));
  }
  response_.set_sha256(digest.Hex());
  return Write();
}

absl::Status BackupSession::Write() {
  if (IsOver()) return absl::CancelledError("the caller went away");
  {
    absl::MutexLock lock(&mutex_);
    writing_ = true;
  }
  StartWrite(&response_);
  absl::MutexLock lock(&mutex_);
  const auto written = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !writing_; };
  mutex_.Await(absl::Condition(&written));
  return broken_ ? absl::CancelledError("the caller went away") : absl::OkStatus();
}

void BackupSession::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  writing_ = false;
  if (!ok) broken_ = true;
}

}  // namespace sweepd
