// One mistake, or one remark, about a sweep that somebody wants to create.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sweepd {

// A place in a text. Both are counted from 1, the column in characters; 0 when there is no text (a typed spec).
struct Place {
  int line = 0;
  int column = 0;
  auto operator<=>(const Place&) const = default;
};

struct Problem {
  std::string file;  // as the caller named it; empty for a typed spec
  int line = 0;      // as in Place
  int column = 0;
  std::string path;     // the key, for example "parameters.lr.min" or "command[2]"; empty for the whole
  std::string message;  // what is wrong
  std::string hint;     // what would be right; may be empty
  bool operator==(const Problem&) const = default;
};

// Parts that are longer than anybody reads are cut.
Problem MakeProblem(Place place, absl::string_view path, absl::string_view message, absl::string_view hint = "");

// At most `bytes` of a text and "..." for the rest; never half a character.
std::string ShortText(absl::string_view text, size_t bytes = 40);

// "sweep.yaml:4:11: parameters.lr.min: message (hint)", without the parts that are not there.
std::string FormatProblem(const Problem& problem);

// Sorts by place; problems of one place keep their order. Keeps the first kMaxSweepProblems and replaces the rest by
// one that counts them.
void ArrangeProblems(std::vector<Problem>& problems);

}  // namespace sweepd
