// The direction of dependencies (ARCHITECTURE.md), checked by reading the sources.
//
// The linker already refuses most wrong includes, because every layer is a CMake target. It does not see a header that
// is used without its library, nor a clock that is read where time should come in by constructor. These rules do.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sweepd::layering {

// A line of a source file that breaks a rule.
struct Violation {
  std::string file;  // from the root of the repository
  int line = 0;      // counted from 1
  std::string rule;  // what is broken and what would be right
  bool operator==(const Violation&) const = default;
};

// "FILE:LINE: RULE", which editors and terminals make a link of.
std::string ToText(const Violation& violation);

// Every violation in one file, in the order of its lines. `path` is from the root of the repository. A file that
// belongs to no known layer is itself a violation, so that a new folder cannot escape the rules.
std::vector<Violation> CheckSource(absl::string_view path, absl::string_view text);

// The .h and .cc files below the folders with layers (common, server, agent, client), from the root of the repository,
// sorted.
std::vector<std::string> ListSources(const std::filesystem::path& root);

// CheckSource for all of ListSources.
std::vector<Violation> CheckTree(const std::filesystem::path& root);

}  // namespace sweepd::layering
