#include "agent/line_splitter.h"

#include <algorithm>

namespace sweepd::agent {

void LineSplitter::Keep(absl::string_view part) {
  const size_t room = max_line_bytes_ - std::min(max_line_bytes_, unfinished_.size());
  unfinished_.append(part.data(), std::min(room, part.size()));
}

void LineSplitter::Append(absl::string_view piece, absl::FunctionRef<void(absl::string_view)> on_line) {
  while (true) {
    const size_t end = piece.find_first_of("\r\n");
    if (end == absl::string_view::npos) break;
    Keep(piece.substr(0, end));
    piece.remove_prefix(end + 1);
    Flush(on_line);
  }
  Keep(piece);
}

void LineSplitter::Flush(absl::FunctionRef<void(absl::string_view)> on_line) {
  if (!unfinished_.empty()) on_line(unfinished_);
  unfinished_.clear();
}

void LineSplitter::Clear() { unfinished_.clear(); }

}  // namespace sweepd::agent
