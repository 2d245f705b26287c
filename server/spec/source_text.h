// What can be said about the text of a sweep file before and beside its parser.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "server/spec/problem.h"

namespace sweepd {

// A problem that makes the text unreadable: too large, not UTF-8, a control character, or tabs as indentation.
std::optional<Problem> FindTextProblem(absl::string_view text);

// Whether the text begins with a bracket, as JSON does. White space, tabs included, is free there.
bool IsFlowDocument(absl::string_view text);

// The text that the YAML parser reads: without byte order mark and, in JSON, with the two \u escapes of a character
// beyond the basic plane joined into one \U escape, which is how YAML writes it; outside JSON, with spaces for tabs in
// lines without content.
std::string PrepareText(absl::string_view text);

// Whether the quoted scalar at `offset` (of its quote, or of its tag or anchor) ends before the text does.
bool IsQuoteClosed(absl::string_view text, size_t offset);

// Turns byte offsets into places. Offsets that mostly grow cost O(1) each.
class PlaceFinder {
 public:
  // `text` must outlive the finder.
  explicit PlaceFinder(absl::string_view text) : text_(text) {}

  // `line` counts from 1; `line_start` is the offset of its first byte.
  Place At(int line, size_t line_start, size_t offset);

 private:
  absl::string_view text_;
  size_t line_start_ = 0;
  size_t offset_ = 0;
  int column_ = 1;
};

}  // namespace sweepd
