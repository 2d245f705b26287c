#include "server/spec/problem.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/core/limits.h"

namespace sweepd {
namespace {

constexpr size_t kMaxPathBytes = 200;
constexpr size_t kMaxMessageBytes = 600;

}  // namespace

Problem MakeProblem(Place place, absl::string_view path, absl::string_view message, absl::string_view hint) {
  return {"",
          place.line,
          place.column,
          ShortText(path, kMaxPathBytes),
          ShortText(message, kMaxMessageBytes),
          ShortText(hint, kMaxMessageBytes)};
}

std::string ShortText(absl::string_view text, size_t bytes) {
  const bool is_whole = text.size() <= bytes;
  size_t end = is_whole ? text.size() : bytes;
  while (!is_whole && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  std::string line = absl::StrCat(text.substr(0, end), is_whole ? "" : "...");
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

std::string FormatProblem(const Problem& problem) {
  std::string text;
  if (!problem.file.empty()) absl::StrAppend(&text, problem.file, ":");
  if (problem.line > 0) absl::StrAppend(&text, problem.line, ":", problem.column, ":");
  if (!text.empty()) text += ' ';
  if (!problem.path.empty()) absl::StrAppend(&text, problem.path, ": ");
  text += problem.message;
  if (!problem.hint.empty()) absl::StrAppend(&text, " (", problem.hint, ")");
  return text;
}

void ArrangeProblems(std::vector<Problem>& problems) {
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return Place{a.line, a.column} < Place{b.line, b.column};
  });
  if (problems.size() <= kMaxSweepProblems) return;
  const size_t left_out = problems.size() - kMaxSweepProblems;
  problems.resize(kMaxSweepProblems);
  Problem rest = problems.back();
  rest.path.clear();
  rest.message = absl::StrCat(left_out, " more after this one");
  rest.hint.clear();
  problems.push_back(std::move(rest));
}

}  // namespace sweepd
