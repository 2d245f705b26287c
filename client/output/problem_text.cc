#include "client/output/problem_text.h"

#include "absl/strings/str_cat.h"
#include "client/output/styled_text.h"

namespace sweepd::client {
namespace {

std::string Place(const v1::Problem& problem) {
  std::string place = problem.file();
  if (problem.line() > 0) absl::StrAppend(&place, place.empty() ? "line " : ":", problem.line());
  if (problem.line() > 0 && problem.column() > 0) absl::StrAppend(&place, ":", problem.column());
  return place;
}

}  // namespace

std::string ProblemText(const v1::Problem& problem) {
  std::string text;
  for (const std::string& part : {Place(problem), problem.path()}) {
    if (!part.empty()) absl::StrAppend(&text, OneLine(part), ": ");
  }
  absl::StrAppend(&text, OneLine(problem.message()), "\n");
  if (!problem.hint().empty()) absl::StrAppend(&text, "    hint: ", OneLine(problem.hint()), "\n");
  return text;
}

std::string ProblemsText(const google::protobuf::RepeatedPtrField<v1::Problem>& problems, const std::string& prefix) {
  std::string text;
  for (const v1::Problem& problem : problems) absl::StrAppend(&text, prefix, ProblemText(problem));
  return text;
}

std::string ProblemCount(int count) { return absl::StrCat(count, count == 1 ? " problem" : " problems"); }

}  // namespace sweepd::client
