#include "server/store/sqlite/log_checkpoints.h"

#include "absl/time/time.h"

namespace sweepd {
namespace {

// 16 MiB. A checkpoint costs two fsyncs and one write for each page that changed; a page that changes often is written
// once for all its versions in the log, so longer portions cost less. Longer ones still would make each pause longer.
constexpr int kCheckpointPages = 4096;

// 64 MiB: how long the log may become before readers have to let go of it.
constexpr int kRestartPages = 16384;

// How long commits wait for readers then. A reader's call takes a few milliseconds.
constexpr absl::Duration kReaderPatience = absl::Milliseconds(50);

}  // namespace

absl::Status LogCheckpoints::RunIfDue() {
  if (!failed_.ok()) return failed_;
  const int pages = connection_.log_pages();
  if (pages < tried_at_) tried_at_ = 0;
  if (pages < tried_at_ + kCheckpointPages) return absl::OkStatus();
  tried_at_ = pages;
  const absl::Status moved =
      pages < kRestartPages ? connection_.MoveLog() : connection_.MoveLogAndRestart(kReaderPatience);
  if (moved.ok() || absl::IsResourceExhausted(moved)) return absl::OkStatus();
  failed_ = absl::FailedPreconditionError(moved.message());
  return failed_;
}

}  // namespace sweepd
