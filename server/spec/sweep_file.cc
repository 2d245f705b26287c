#include "server/spec/sweep_file.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/spec/document.h"
#include "server/spec/draft_reader.h"
#include "server/spec/field_reader.h"
#include "server/spec/validate.h"

namespace sweepd {
namespace {

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
  return ValidateDraft(ReadDraft(*document.root, found), found);
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
