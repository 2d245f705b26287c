// From what a program writes to reports: the tail of its metrics file, and its output.
//
// The file is the memory: it is read only as far as the caller has room for, and mark() says how far. A torn last
// line waits for its end. A malformed line is counted, the first one is kept to be shown, and skipped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/controller.h"
#include "agent/line_splitter.h"
#include "agent/metric_line.h"
#include "agent/spool_record.h"
#include "agent/stdout_metrics.h"
#include "common/clock.h"

namespace sweepd::agent {

// What one look gave.
struct Intake {
  std::vector<MetricReport> reports;       // without sequences
  std::optional<int64_t> checkpoint_step;  // of the newest checkpoint
  std::vector<std::string> log;            // texts for the agent's log
};

// Not thread-safe.
class MetricsIntake {
 public:
  // `path` is the metrics file, which need not exist; it is read from `start` on. Reports without a step get one more
  // than the last step, beginning at the one of `start`. `clock` must outlive it; it dates reports that carry no time.
  MetricsIntake(std::string path, OutputFormat format, const FeedMark& start, const Clock& clock);

  // Reads at most `max_bytes` of what was appended to the file; bytes_read() says how much it was.
  Intake ReadFile(size_t max_bytes);

  // After the program's end: its last line counts even without an end.
  Intake FinishFile();

  // A piece of the program's output.
  Intake ReadOutput(absl::string_view piece);
  Intake FinishOutput();

  // What has been taken so far.
  FeedMark mark() const { return {line_start_, next_step_, preempting_}; }
  size_t bytes_read() const { return bytes_read_; }

  int64_t malformed_lines() const { return malformed_lines_; }
  // "TEXT: what is wrong with it", of the first one; "" when there is none.
  const std::string& first_malformed() const { return first_malformed_; }
  // Name of the first value that was no number; "" when there is none.
  const std::string& first_ignored() const { return first_ignored_; }

 private:
  void TakeFileLine(absl::string_view text, Intake& intake);
  void TakeOutputLine(absl::string_view text, Intake& intake);
  void TakeLine(MetricLine line, Intake& intake);
  void Malformed(absl::string_view text, absl::string_view why);
  std::string ReadPiece(size_t max_bytes);

  const std::string path_;
  const OutputFormat format_;
  const Clock& clock_;
  int64_t next_step_;
  LineSplitter file_lines_;
  LineSplitter output_lines_;
  int64_t read_end_;    // bytes of the file that were read
  int64_t line_start_;  // of them, those before the unfinished line
  bool preempting_;
  size_t bytes_read_ = 0;
  int64_t malformed_lines_ = 0;
  std::string first_malformed_;
  std::string first_ignored_;
};

}  // namespace sweepd::agent
