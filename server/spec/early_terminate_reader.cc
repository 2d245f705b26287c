#include "server/spec/early_terminate_reader.h"

#include <utility>

#include "server/spec/field_reader.h"
#include "server/spec/validate_early_terminate.h"

namespace sweepd {
namespace {

constexpr Key<EarlyTerminateDraft> kEarlyTerminateKeys[] = {
    {"type", &Into<&EarlyTerminateDraft::type, ReadWord>},
    {"min_iter", &Into<&EarlyTerminateDraft::min_iter, ReadInteger>},
    {"max_iter", &Into<&EarlyTerminateDraft::max_iter, ReadInteger>},
    {"s", &Into<&EarlyTerminateDraft::s, ReadInteger>},
    {"eta", &Into<&EarlyTerminateDraft::eta, ReadDouble>},
    {"strict", &Into<&EarlyTerminateDraft::strict, ReadBool>},
    {"min_trials", &Into<&EarlyTerminateDraft::min_trials, ReadInteger>},
};

}  // namespace

void ReadEarlyTerminate(const DocumentMember& member, const std::string& path, ProblemList& found,
                        Field<EarlyTerminateDraft>& field) {
  const DocumentNode* map = OpenMap(member, path, "early_terminate: {type: hyperband, min_iter: 3}", found, field);
  if (map == nullptr) return;
  EarlyTerminateDraft rule;
  field.is_faulty = !ReadMembers(*map, path, kEarlyTerminateKeys, kNothingRefused, found, rule);
  field.value = std::move(rule);
}

std::optional<EarlyTerminate> ParseEarlyTerminate(absl::string_view name, absl::string_view text,
                                                  std::vector<Problem>& problems) {
  ProblemList found;
  Document document = ParseDocument(text);
  found.problems = std::move(document.problems);
  std::optional<EarlyTerminate> rule;
  if (document.root.has_value()) {
    Field<EarlyTerminateDraft> field;
    ReadEarlyTerminate({"early_terminate", document.root->place, *document.root}, "early_terminate", found, field);
    if (field.value.has_value()) rule = ValidateEarlyTerminate(field, found);
  }
  if (found.problems.empty()) return rule;
  ArrangeProblems(found.problems);
  for (Problem& problem : found.problems) problem.file = std::string(name);
  problems = std::move(found.problems);
  return std::nullopt;
}

}  // namespace sweepd
