// Pieces of text to lines.
#pragma once

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace sweepd::agent {

// Lines end with '\n' or '\r' (progress bars write the latter alone); empty lines are left out. Of a line longer than
// the limit only the beginning is given. Not thread-safe.
class LineSplitter {
 public:
  explicit LineSplitter(size_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}

  // Calls `on_line` for every line that ends within `piece`.
  void Append(absl::string_view piece, absl::FunctionRef<void(absl::string_view)> on_line);

  // Gives the unfinished line, if there is one, as a line.
  void Flush(absl::FunctionRef<void(absl::string_view)> on_line);

  void Clear();

 private:
  void Keep(absl::string_view part);

  const size_t max_line_bytes_;
  std::string unfinished_;
};

}  // namespace sweepd::agent
