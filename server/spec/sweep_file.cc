#include "server/spec/sweep_file.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/spec/document.h"
#include "server/spec/draft_reader.h"
#include "server/spec/field_reader.h"
#include "server/spec/validate.h"

namespace sweepd {
namespace {

// What is wrong with the text itself, the first `in_text` problems, makes its value wrong too: once is enough.
void RemoveConsequences(std::vector<Problem>& problems, size_t in_text) {
  const auto first = problems.begin() + static_cast<std::ptrdiff_t>(in_text);
  const auto is_consequence = [&](const Problem& problem) {
    return std::any_of(problems.begin(), first, [&problem](const Problem& cause) {
      return cause.line == problem.line && cause.column == problem.column;
    });
  };
  problems.erase(std::remove_if(first, problems.end(), is_consequence), problems.end());
}

std::optional<ValidSpec> ReadAndValidate(absl::string_view text, ProblemList& found) {
  Document document = ParseDocument(text);
  found.problems = std::move(document.problems);
  if (!document.root.has_value()) return std::nullopt;
  if (!document.root->is_map()) {
    found.Report(document.root->place, "",
                 absl::StrCat("a sweep file is a map of keys, but this is ", DescribeNode(*document.root)),
                 "begin with method: random");
    return std::nullopt;
  }
  const size_t in_text = found.problems.size();
  std::optional<ValidSpec> valid = ValidateDraft(ReadDraft(*document.root, found), found);
  RemoveConsequences(found.problems, in_text);
  return valid;
}

}  // namespace

ParsedSweep ParseSweepFile(absl::string_view name, absl::string_view text) {
  ProblemList found;
  ParsedSweep parsed;
  if (std::optional<ValidSpec> valid = ReadAndValidate(text, found); valid.has_value()) {
    parsed.spec = std::move(valid->spec);
    parsed.seed_given = valid->seed_given;
  }
  for (std::vector<Problem>* problems : {&found.problems, &found.warnings}) {
    ArrangeProblems(*problems);
    for (Problem& problem : *problems) problem.file = std::string(name);
  }
  parsed.problems = std::move(found.problems);
  parsed.warnings = std::move(found.warnings);
  return parsed;
}

}  // namespace sweepd
