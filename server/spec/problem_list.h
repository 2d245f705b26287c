// Where checks put what they find.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/spec/problem.h"

namespace sweepd {

struct ProblemList {
  std::vector<Problem> problems;  // the sweep cannot be created
  std::vector<Problem> warnings;  // it can, but its author should know

  void Report(Place place, absl::string_view path, absl::string_view message, absl::string_view hint = "") {
    problems.push_back(MakeProblem(place, path, message, hint));
  }
  void Warn(Place place, absl::string_view path, absl::string_view message, absl::string_view hint = "") {
    warnings.push_back(MakeProblem(place, path, message, hint));
  }
};

// The candidate that `word` probably stands for: misspelt, shortened, drawn out or as other tools call it; empty when
// there is none.
std::string GuessWord(absl::string_view word, const std::vector<std::string>& candidates);

// "did you mean X?" for that candidate; empty when there is none.
std::string DidYouMean(absl::string_view word, const std::vector<std::string>& candidates);

// "a, b or c".
std::string JoinAlternatives(const std::vector<std::string>& words);

}  // namespace sweepd
