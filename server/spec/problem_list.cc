#include "server/spec/problem_list.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/closest_word.h"
#include "server/spec/synonyms.h"

namespace sweepd {

namespace {

// Fewer letters say too little about the rest of a word.
constexpr size_t kMinStemBytes = 3;

// The letters and digits alone: quniform is q_uniform, max-parallel is max_parallel.
std::string Letters(absl::string_view word) {
  std::string letters;
  for (const char c : word) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)))
      letters += absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  return letters;
}

bool Begins(absl::string_view word, absl::string_view stem) {
  return stem.size() >= kMinStemBytes && absl::StartsWithIgnoreCase(word, stem);
}

}  // namespace

std::string GuessWord(absl::string_view word, const std::vector<std::string>& candidates) {
  if (std::string synonym = FindSynonym(word, candidates); !synonym.empty()) return synonym;
  const std::string letters = Letters(word);
  for (const std::string& candidate : candidates) {
    if (!letters.empty() && Letters(candidate) == letters) return candidate;
  }
  if (std::string nearest = ClosestWord(word, candidates); !nearest.empty()) return nearest;
  // Shortened words such as max for maximize, and longer ones such as bayesian for bayes, are far by edit distance.
  for (const std::string& candidate : candidates) {
    if (Begins(candidate, word) || Begins(word, candidate)) return candidate;
  }
  return "";
}

std::string DidYouMean(absl::string_view word, const std::vector<std::string>& candidates) {
  const std::string guess = GuessWord(word, candidates);
  return guess.empty() ? "" : absl::StrCat("did you mean ", guess, "?");
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
