#include "server/spec/parameter_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/spec/field_reader.h"

namespace sweepd {
namespace {

void ReadCategories(const DocumentMember& member, const std::string& path, ProblemList& found, ParameterDraft& draft) {
  ReadValues(member, path, found, draft.values, draft.value_places);
}

void ReadProbabilities(const DocumentMember& member, const std::string& path, ProblemList& found,
                       ParameterDraft& draft) {
  ReadNumbers(member, path, found, draft.probabilities, draft.probability_places);
}

void ReadNested(const DocumentMember& member, const std::string& path, ProblemList& found, ParameterDraft& draft) {
  ReadParameters(member, path, found, draft.parameters);
}

// `name: value`, or `name: [value, value]`; nullopt after a report.
std::optional<ConditionDraft> ReadCondition(const DocumentMember& member, const std::string& path, ProblemList& found) {
  ConditionDraft condition{member.key, member.key_place, {}, {}};
  if (member.value.is_list()) {
    Field<std::vector<Value>> values;
    ReadValues(member, path, found, values, condition.value_places);
    if (!values.value.has_value()) return std::nullopt;
    condition.values = *std::move(values.value);
    return condition;
  }
  Field<Value> value;
  ReadValue(member, path, found, value);
  if (!value.value.has_value()) return std::nullopt;
  condition.values.push_back(*std::move(value.value));
  condition.value_places.push_back(value.place);
  return condition;
}

void ReadWhen(const DocumentMember& member, const std::string& path, ProblemList& found, ParameterDraft& draft) {
  const DocumentNode* map = OpenMap(member, path, "when: {optimizer: sgd}", found, draft.when);
  if (map == nullptr) return;
  std::vector<ConditionDraft> conditions;
  for (const DocumentMember& condition : map->members) {
    std::optional<ConditionDraft> read = ReadCondition(condition, absl::StrCat(path, ".", condition.key), found);
    if (read.has_value()) conditions.push_back(*std::move(read));
  }
  if (map->members.empty()) found.Report(map->place, path, "names no parameter", "for example when: {optimizer: sgd}");
  draft.when.value = std::move(conditions);
}

constexpr Key<ParameterDraft> kParameterKeys[] = {
    {"distribution", &Into<&ParameterDraft::distribution, ReadWord>},
    {"value", &Into<&ParameterDraft::value, ReadValue>},
    {"values", &ReadCategories},
    {"probabilities", &ReadProbabilities},
    {"min", &Into<&ParameterDraft::min, ReadNumber>},
    {"max", &Into<&ParameterDraft::max, ReadNumber>},
    {"mu", &Into<&ParameterDraft::mu, ReadNumber>},
    {"sigma", &Into<&ParameterDraft::sigma, ReadNumber>},
    {"a", &Into<&ParameterDraft::a, ReadNumber>},
    {"b", &Into<&ParameterDraft::b, ReadNumber>},
    {"q", &Into<&ParameterDraft::q, ReadNumber>},
    {"parameters", &ReadNested},
    {"when", &ReadWhen},
};

ParameterDraft ReadParameter(const DocumentMember& member, const std::string& path, ProblemList& found) {
  ParameterDraft draft;
  draft.name = member.key;
  draft.place = member.key_place;
  const DocumentNode& node = member.value;
  if (!node.is_map()) {
    draft.is_partial = true;
    const bool is_plain = node.is_scalar() && !node.scalar.is_null();
    found.Report(node.place, path, absl::StrCat("must be a map, but is ", DescribeNode(node)),
                 is_plain         ? absl::StrCat("write {value: ", ShortText(node.text), "} for one fixed value")
                 : node.is_list() ? "write {values: [...]}"
                                  : "write {value: ...}, {values: [...]} or {min: ..., max: ...}");
    return draft;
  }
  draft.is_partial = !ReadMembers(node, path, kParameterKeys, kNothingRefused, found, draft);
  return draft;
}

}  // namespace

void ReadParameters(const DocumentMember& member, const std::string& path, ProblemList& found,
                    Field<std::vector<ParameterDraft>>& field) {
  const DocumentNode* map = OpenMap(member, path, "parameters: {lr: {min: 0.001, max: 0.1}}", found, field);
  if (map == nullptr) return;
  std::vector<ParameterDraft> parameters;
  for (const DocumentMember& parameter : map->members) {
    parameters.push_back(ReadParameter(parameter, absl::StrCat(path, ".", parameter.key), found));
  }
  field.value = std::move(parameters);
}

}  // namespace sweepd
