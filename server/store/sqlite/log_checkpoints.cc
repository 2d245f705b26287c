#include "server/store/sqlite/log_checkpoints.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"

namespace sweepd {
namespace {

// 16 MiB. A checkpoint costs two fsyncs and one write for each page that changed; a page that changes often is written
// once for all its versions in the log, so longer portions cost less. Longer ones still would make each pause longer.
constexpr int kCheckpointPages = 4096;

// 64 MiB: how long the log may become before readers have to let go of it.
constexpr int kRestartPages = 16384;

// How long commits wait for readers then, for each kRestartPages of the log. A reader's call takes a few milliseconds,
// on a busy machine some tens.
constexpr absl::Duration kReaderPatience = absl::Milliseconds(50);
constexpr absl::Duration kMostPatience = absl::Seconds(1);

// Waiting in vain for a reader that holds an old state for long is repeated when the log has grown by this part, so
// that all the waiting together grows with the logarithm of what is written meanwhile.
constexpr int kGrowthBetweenRestarts = 4;  // a fourth

}  // namespace

absl::Status LogCheckpoints::RunIfDue() {
  if (!failed_.ok()) return failed_;
  if (std::exchange(disk_is_full_, false)) return Settle(connection_.MoveLogAndEmpty(kReaderPatience));
  const int pages = connection_.log_pages();
  if (pages < tried_at_) tried_at_ = restart_tried_at_ = 0;
  if (pages < tried_at_ + kCheckpointPages) return absl::OkStatus();
  tried_at_ = pages;
  const bool restart =
      pages >= kRestartPages && pages >= restart_tried_at_ + restart_tried_at_ / kGrowthBetweenRestarts;
  if (restart) restart_tried_at_ = pages;
  const absl::Duration patience = std::min(kMostPatience, kReaderPatience * (pages / kRestartPages));
  return Settle(restart ? connection_.MoveLogAndRestart(patience) : connection_.MoveLog());
}

absl::Status LogCheckpoints::Settle(const absl::Status& moved) {
  if (moved.ok() || absl::IsResourceExhausted(moved)) return absl::OkStatus();
  failed_ = absl::FailedPreconditionError(moved.message());
  return failed_;
}

}  // namespace sweepd
