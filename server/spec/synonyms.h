// What other tools, and people in a hurry, call the words of a sweep file.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sweepd {

// The candidate that `word` is another name for; empty when there is none.
std::string FindSynonym(absl::string_view word, const std::vector<std::string>& candidates);

}  // namespace sweepd
