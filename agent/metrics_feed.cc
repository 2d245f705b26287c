#include "agent/metrics_feed.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/log.h"

namespace sweepd::agent {
namespace {

// A piece may hold a few thousand reports, which is how far the outbox may go beyond its bound.
constexpr size_t kFilePieceBytes = 64 << 10;
constexpr absl::Duration kRoomPause = absl::Milliseconds(20);

}  // namespace

FeedMark FirstMark(const Workdir& workdir) { return {0, workdir.ResumeStep().value_or(0) + 1, false}; }

MetricsFeed::MetricsFeed(const LeaseRef& lease, OutputFormat format, const FeedMark& start, const Workdir& workdir,
                         const Clock& clock, Outbox& outbox, Deadline& give_up)
    : lease_(lease),
      workdir_(workdir),
      outbox_(outbox),
      give_up_(give_up),
      intake_(workdir.metrics_file(), std::move(format), start, clock) {}

void MetricsFeed::TakeOutput(absl::string_view piece) { Accept(intake_.ReadOutput(piece), /*droppable=*/true); }

void MetricsFeed::TakeFile() {
  if (outbox_.HasRoom()) Accept(intake_.ReadFile(kFilePieceBytes), /*droppable=*/false);
}

bool MetricsFeed::Finish() {
  Accept(intake_.FinishOutput(), /*droppable=*/true);
  while (true) {
    if (!outbox_.HasRoom()) {
      if (!give_up_.SleepFor(kRoomPause)) return false;
      continue;
    }
    Accept(intake_.ReadFile(kFilePieceBytes), /*droppable=*/false);
    if (intake_.bytes_read() == 0) break;
  }
  Accept(intake_.FinishFile(), /*droppable=*/false);
  return true;
}

void MetricsFeed::Accept(Intake intake, bool droppable) {
  if (droppable) {
    outbox_.Offer(std::move(intake.reports), intake_.mark());
  } else {
    outbox_.Take(std::move(intake.reports), intake_.mark());
  }
  for (const std::string& text : intake.log) {
    LogInfo("the program says", {{"sweep", lease_.sweep}, {"trial", lease_.trial}, {"text", text}});
  }
  if (intake.checkpoint_step.has_value()) {
    const absl::Status status = workdir_.KeepResumeStep(*intake.checkpoint_step);
    if (!status.ok()) LogWarning("a checkpoint's step is not kept", {{"error", status.ToString()}});
  }
  if (complained_) return;
  const std::string complaint = Complaint();
  if (complaint.empty()) return;
  complained_ = true;
  LogWarning("metrics are not all taken", {{"sweep", lease_.sweep}, {"trial", lease_.trial}, {"problem", complaint}});
}

std::string MetricsFeed::Complaint() const {
  std::string complaint;
  if (intake_.malformed_lines() > 0) {
    complaint =
        absl::StrCat(intake_.malformed_lines(), " malformed metric lines, the first one: ", intake_.first_malformed());
  } else if (!intake_.first_ignored().empty()) {
    complaint = absl::StrCat("\"", intake_.first_ignored(), "\" was reported with a value that is no number");
  }
  if (outbox_.dropped() > 0) {
    absl::StrAppend(&complaint, complaint.empty() ? "" : "; ", outbox_.dropped(), " reports were dropped");
  }
  return complaint;
}

}  // namespace sweepd::agent
