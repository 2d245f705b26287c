#include "agent/output_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/utf8.h"
#include "common/log.h"

namespace sweepd::agent {
namespace {

constexpr size_t kTailBytes = 4096;

}  // namespace

absl::StatusOr<OutputLog> OutputLog::Create(const std::string& path, int64_t max_bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return absl::InvalidArgumentError(absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
  return OutputLog(file, max_bytes);
}

OutputLog::OutputLog(OutputLog&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      max_bytes_(other.max_bytes_),
      written_(other.written_),
      dropped_bytes_(other.dropped_bytes_),
      noted_(other.noted_),
      tail_(std::move(other.tail_)) {}

OutputLog::~OutputLog() {
  if (file_ >= 0) close(file_);
}

void OutputLog::Append(absl::string_view piece) {
  const auto room = static_cast<size_t>(max_bytes_ - written_);
  Write(piece.substr(0, room));
  if (piece.size() > room) {
    dropped_bytes_ += static_cast<int64_t>(piece.size() - room);
    if (!std::exchange(noted_, true)) {
      const std::string note = absl::StrCat("\n[sweep-agent] output beyond ", max_bytes_, " bytes is not kept\n");
      if (write(file_, note.data(), note.size()) < 0) LogWarning("the log's note could not be written");
    }
  }
  tail_.append(piece.data(), piece.size());
  // Twice the size, so that cutting is rare.
  if (tail_.size() > 2 * kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
}

void OutputLog::Write(absl::string_view piece) {
  while (!piece.empty()) {
    const ssize_t put = write(file_, piece.data(), piece.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      if (dropped_bytes_ == 0) LogWarning("output is lost", {{"error", std::strerror(errno)}});
      dropped_bytes_ += static_cast<int64_t>(piece.size());
      return;
    }
    written_ += put;
    piece.remove_prefix(static_cast<size_t>(put));
  }
}

std::string OutputLog::Tail(size_t max_bytes) const {
  max_bytes = std::min(max_bytes, kTailBytes);
  const std::string valid = ValidUtf8(absl::StripTrailingAsciiWhitespace(tail_));
  if (valid.size() <= max_bytes) return valid;
  const std::string last = valid.substr(valid.size() - max_bytes);
  const size_t line_end = last.find('\n');
  // The cut may have gone through a character.
  return line_end == std::string::npos ? ValidUtf8(last) : last.substr(line_end + 1);
}

}  // namespace sweepd::agent
