// "Did you mean": the known word nearest to a misspelt one.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sweepd {

// Edit distance with insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), on bytes.
int EditDistance(absl::string_view a, absl::string_view b);

// The candidate nearest to `word`, compared without regard to case; empty when none is near enough to be a likely
// misspelling (a third of the word's length, at least 1), or when the word is longer than 100 bytes. Ties go to the
// first candidate.
std::string ClosestWord(absl::string_view word, const std::vector<std::string>& candidates);

}  // namespace sweepd
