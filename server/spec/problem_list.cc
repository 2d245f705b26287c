#include "server/spec/problem_list.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/closest_word.h"

namespace sweepd {

std::string DidYouMean(absl::string_view word, const std::vector<std::string>& candidates) {
  std::string nearest = ClosestWord(word, candidates);
  // Shortened words, such as max for maximize, are far by edit distance.
  for (const std::string& candidate : candidates) {
    if (nearest.empty() && word.size() >= 3 && absl::StartsWithIgnoreCase(candidate, word)) nearest = candidate;
  }
  return nearest.empty() ? "" : absl::StrCat("did you mean ", nearest, "?");
}

std::string JoinAlternatives(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace sweepd
