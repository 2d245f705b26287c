#include "server/spec/problem_list.h"

#include "absl/strings/str_cat.h"
#include "common/closest_word.h"

namespace sweepd {

std::string DidYouMean(absl::string_view word, const std::vector<std::string>& candidates) {
  const std::string nearest = ClosestWord(word, candidates);
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
