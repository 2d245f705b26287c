#include "agent/metrics_intake.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/utf8.h"
#include "common/log.h"

namespace sweepd::agent {
namespace {

constexpr size_t kMaxOutputLineBytes = 64 << 10;

// Most metrics in one report that the controller takes; a longer line becomes several reports of one step.
constexpr size_t kMaxMetricsPerReport = 256;

// As much of a malformed line as is shown.
constexpr size_t kShownBytes = 200;

}  // namespace

MetricsIntake::MetricsIntake(std::string path, OutputFormat format, const FeedMark& start, const Clock& clock)
    : path_(std::move(path)),
      format_(std::move(format)),
      clock_(clock),
      next_step_(start.next_step),
      file_lines_(kMaxMetricLineBytes),
      output_lines_(kMaxOutputLineBytes),
      read_end_(start.offset),
      line_start_(start.offset),
      preempting_(start.preempting) {}

std::string MetricsIntake::ReadPiece(size_t max_bytes) {
  const int file = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return "";
  struct stat status = {};
  if (fstat(file, &status) == 0 && status.st_size < read_end_) {
    LogWarning("the metrics file was truncated: it is read from its beginning", {{"file", path_}});
    read_end_ = line_start_ = 0;
    file_lines_.Clear();
  }
  const int64_t unread = std::max<int64_t>(0, status.st_size - read_end_);
  std::string piece(std::min(max_bytes, static_cast<size_t>(unread)), '\0');
  const ssize_t got = pread(file, piece.data(), piece.size(), read_end_);
  close(file);
  piece.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return piece;
}

Intake MetricsIntake::ReadFile(size_t max_bytes) {
  Intake intake;
  const std::string piece = ReadPiece(max_bytes);
  bytes_read_ = piece.size();
  file_lines_.Append(piece, [&](absl::string_view line) { TakeFileLine(line, intake); });
  const size_t last_end = piece.find_last_of("\r\n");
  if (last_end != std::string::npos) line_start_ = read_end_ + static_cast<int64_t>(last_end) + 1;
  read_end_ += static_cast<int64_t>(piece.size());
  return intake;
}

Intake MetricsIntake::FinishFile() {
  Intake intake;
  file_lines_.Flush([&](absl::string_view line) { TakeFileLine(line, intake); });
  line_start_ = read_end_;
  return intake;
}

Intake MetricsIntake::ReadOutput(absl::string_view piece) {
  Intake intake;
  if (format_.mode == StdoutMetrics::kOff) return intake;
  output_lines_.Append(piece, [&](absl::string_view line) { TakeOutputLine(line, intake); });
  return intake;
}

Intake MetricsIntake::FinishOutput() {
  Intake intake;
  output_lines_.Flush([&](absl::string_view line) { TakeOutputLine(line, intake); });
  return intake;
}

void MetricsIntake::TakeFileLine(absl::string_view text, Intake& intake) {
  absl::StatusOr<MetricLine> line = ParseMetricLine(text);
  if (!line.ok()) return Malformed(text, line.status().message());
  TakeLine(*std::move(line), intake);
}

void MetricsIntake::TakeOutputLine(absl::string_view text, Intake& intake) {
  absl::StatusOr<std::optional<MetricLine>> line = ParseOutputLine(format_, text);
  if (!line.ok()) return Malformed(text, line.status().message());
  if (line->has_value()) TakeLine(**std::move(line), intake);
}

void MetricsIntake::TakeLine(MetricLine line, Intake& intake) {
  if (line.event.has_value()) {
    if (line.event == ProgramEvent::kPreempting) preempting_ = true;
    if (line.event == ProgramEvent::kLog) intake.log.push_back(std::move(line.text));
    if (line.event == ProgramEvent::kCheckpoint) intake.checkpoint_step = line.step.value_or(next_step_ - 1);
    return;
  }
  if (!line.ignored.empty() && first_ignored_.empty()) first_ignored_ = line.ignored.front();
  const int64_t step = line.step.value_or(next_step_);
  next_step_ = step == std::numeric_limits<int64_t>::max() ? step : step + 1;
  const absl::Time time = line.time.value_or(clock_.Now());
  for (auto it = line.values.begin(); it != line.values.end();) {
    MetricReport report{0, step, time, {}};
    for (; it != line.values.end() && report.values.size() < kMaxMetricsPerReport; ++it) report.values.insert(*it);
    intake.reports.push_back(std::move(report));
  }
}

void MetricsIntake::Malformed(absl::string_view text, absl::string_view why) {
  if (malformed_lines_++ > 0) return;
  first_malformed_ = absl::StrCat(ValidUtf8(text.substr(0, kShownBytes)), ": ", ValidUtf8(why));
}

}  // namespace sweepd::agent
