// A pattern that finds named parts in a line of text: a regular expression in RE2's syntax, whose time is linear in the
// length of the line whatever the pattern.
//
// It stands here because two programs must agree on it: the controller checks what the agents use.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace re2 {
class RE2;
}  // namespace re2

namespace sweepd {

inline constexpr size_t kMaxLinePatternBytes = 1024;

// Immutable and cheap to copy. Thread-safe.
class LinePattern {
 public:
  // INVALID_ARGUMENT that says what is wrong: too long, not RE2's syntax, too much for the memory that one pattern may
  // take (1 MiB), without a named group, (?P<name>...), or with two of one name.
  static absl::StatusOr<LinePattern> Compile(absl::string_view pattern);

  // The names of its groups and their numbers in the pattern.
  const std::map<std::string, int>& groups() const;

  // What the named groups hold in the first match in `line`, whose text the answer points into; without those that took
  // no part in it. Empty when nothing matches.
  std::map<std::string, absl::string_view> Match(absl::string_view line) const;

 private:
  explicit LinePattern(std::shared_ptr<const re2::RE2> expression);

  std::shared_ptr<const re2::RE2> expression_;
};

}  // namespace sweepd
