// A program's output: a file of bounded size, and its last lines in memory.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sweepd::agent {

// Not thread-safe.
class OutputLog {
 public:
  // The file keeps the first `max_bytes`; then a note in it says that the rest is missing. INVALID_ARGUMENT with the
  // system's reason when it cannot be made; a file that cannot be written later loses output and says so once.
  static absl::StatusOr<OutputLog> Create(const std::string& path, int64_t max_bytes);

  OutputLog(OutputLog&& other) noexcept;
  OutputLog(const OutputLog&) = delete;
  OutputLog& operator=(const OutputLog&) = delete;
  ~OutputLog();

  void Append(absl::string_view piece);

  // How many bytes the file does not hold.
  int64_t dropped_bytes() const { return dropped_bytes_; }

  // Whole last lines, valid UTF-8, at most `max_bytes` (up to 4096); the end of the last line when that alone is
  // longer.
  std::string Tail(size_t max_bytes) const;

 private:
  OutputLog(int file, int64_t max_bytes) : file_(file), max_bytes_(max_bytes) {}
  void Write(absl::string_view piece);

  int file_;
  int64_t max_bytes_;
  int64_t written_ = 0;
  int64_t dropped_bytes_ = 0;
  bool noted_ = false;
  std::string tail_;
};

}  // namespace sweepd::agent
