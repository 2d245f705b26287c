#include "server/spec/draft_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/spec/field_reader.h"

namespace sweepd {
namespace {

// A table row's reader for one field: kRead is one of field_reader.h.
template <auto kField, auto kRead, class Target>
void Into(const DocumentMember& member, const std::string& path, ProblemList& found, Target& target) {
  kRead(member, path, found, target.*kField);
}

template <class Target>
void Ignore(const DocumentMember& member, const std::string& path, ProblemList& found, Target&) {
  found.Warn(member.key_place, path, "this key is ignored: sweepd does not need it");
}

void ReadCategories(const DocumentMember& member, const std::string& path, ProblemList& found, ParameterDraft& draft) {
  ReadValues(member, path, found, draft.values, draft.value_places);
}

constexpr Key<ParameterDraft> kParameterKeys[] = {
    {"distribution", &Into<&ParameterDraft::distribution, ReadText>},
    {"value", &Into<&ParameterDraft::value, ReadValue>},
    {"values", &ReadCategories},
    {"min", &Into<&ParameterDraft::min, ReadNumber>},
    {"max", &Into<&ParameterDraft::max, ReadNumber>},
    {"q", &Into<&ParameterDraft::q, ReadNumber>},
};

constexpr RefusedKey kRefusedParameterKeys[] = {
    {"probabilities", kNotYet, "without it the values are equally likely"},
    {"parameters", kNotYet, "give the nested parameters names of their own"},
    {"when", kNotYet, kRemoveIt},
    {"mu", kNotYet, "use uniform, log_uniform_values or q_uniform"},
    {"sigma", kNotYet, "use uniform, log_uniform_values or q_uniform"},
    {"a", kNotYet, "use uniform, log_uniform_values or q_uniform"},
    {"b", kNotYet, "use uniform, log_uniform_values or q_uniform"},
};

constexpr Key<MetricDraft> kMetricKeys[] = {
    {"name", &Into<&MetricDraft::name, ReadText>},
    {"goal", &Into<&MetricDraft::goal, ReadText>},
    {"aggregation", &Into<&MetricDraft::aggregation, ReadText>},
    {"target", &Into<&MetricDraft::target, ReadDouble>},
};

constexpr RefusedKey kRefusedMetricKeys[] = {{"impute", kNotYet, kRemoveIt}};

constexpr Key<RetriesDraft> kRetriesKeys[] = {
    {"lost", &Into<&RetriesDraft::lost, ReadInteger>},
    {"failed", &Into<&RetriesDraft::failed, ReadInteger>},
};

// Some table must be given to ReadMembers; this row matches no key.
constexpr RefusedKey kNothingRefused[] = {{"", "", ""}};

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
  draft.is_partial = !ReadMembers(node, path, kParameterKeys, kRefusedParameterKeys, found, draft);
  return draft;
}

// Opens a field that is a map; null after a report.
template <class T>
const DocumentNode* OpenMap(const DocumentMember& member, const std::string& path, absl::string_view example,
                            ProblemList& found, Field<T>& field) {
  field.place = member.value.place;
  field.key_place = member.key_place;
  field.is_faulty = !member.value.is_map();
  if (member.value.is_map()) return &member.value;
  found.Report(member.value.place, path, absl::StrCat("must be a map, but is ", DescribeNode(member.value)),
               absl::StrCat("for example ", example));
  return nullptr;
}

void ReadParameters(const DocumentMember& member, const std::string& path, ProblemList& found, SweepDraft& draft) {
  const DocumentNode* map = OpenMap(member, path, "parameters: {lr: {min: 0.001, max: 0.1}}", found, draft.parameters);
  if (map == nullptr) return;
  std::vector<ParameterDraft> parameters;
  for (const DocumentMember& parameter : map->members) {
    parameters.push_back(ReadParameter(parameter, absl::StrCat(path, ".", parameter.key), found));
  }
  draft.parameters.value = std::move(parameters);
}

void ReadMetric(const DocumentMember& member, const std::string& path, ProblemList& found, SweepDraft& draft) {
  const DocumentNode* map = OpenMap(member, path, "metric: {name: loss, goal: minimize}", found, draft.metric);
  if (map == nullptr) return;
  MetricDraft metric;
  ReadMembers(*map, path, kMetricKeys, kRefusedMetricKeys, found, metric);
  draft.metric.value = std::move(metric);
}

void ReadRetries(const DocumentMember& member, const std::string& path, ProblemList& found, SweepDraft& draft) {
  Field<RetriesDraft> field;
  const DocumentNode* map = OpenMap(member, path, "retries: {lost: 3, failed: 0}", found, field);
  if (map != nullptr) ReadMembers(*map, path, kRetriesKeys, kNothingRefused, found, draft.retries);
}

void ReadCommand(const DocumentMember& member, const std::string& path, ProblemList& found, SweepDraft& draft) {
  ReadTexts(member, path, found, draft.command, draft.command_places);
}

constexpr Key<SweepDraft> kSweepKeys[] = {
    {"method", &Into<&SweepDraft::method, ReadText>},
    {"parameters", &ReadParameters},
    {"metric", &ReadMetric},
    {"program", &Into<&SweepDraft::program, ReadText>},
    {"command", &ReadCommand},
    {"name", &Into<&SweepDraft::name, ReadText>},
    {"description", &Into<&SweepDraft::description, ReadText>},
    {"project", &Into<&SweepDraft::project, ReadText>},
    {"entity", &Into<&SweepDraft::entity, ReadText>},
    {"run_cap", &Into<&SweepDraft::run_cap, ReadInteger>},
    {"seed", &Into<&SweepDraft::seed, ReadInteger>},
    {"max_parallel", &Into<&SweepDraft::max_parallel, ReadInteger>},
    {"retries", &ReadRetries},
    {"stdout_metrics", &Into<&SweepDraft::stdout_metrics, ReadText>},
    {"trial_timeout", &Into<&SweepDraft::trial_timeout, ReadDuration>},
    {"controller", &Ignore<SweepDraft>},
    {"apiVersion", &Ignore<SweepDraft>},
    {"kind", &Ignore<SweepDraft>},
};

constexpr RefusedKey kRefusedSweepKeys[] = {
    {"early_terminate", kNotYet, kRemoveIt},
    {"initial", kNotYet, kRemoveIt},
    {"repeats", kNotYet, kRemoveIt},
    {"max_failures", kNotYet, kRemoveIt},
    {"bayes", kNotYet, kRemoveIt},
    {"grid", kNotYet, kRemoveIt},
    {"metrics", "not supported: a sweep has one objective", "use `metric` with one name"},
    {"job", "not supported: sweepd runs the command of the sweep", "use `program` or `command`"},
    {"image_uri", "not supported: sweepd runs the command of the sweep", "use `program` or `command`"},
    {"scheduler", "not supported: agents ask for trials by themselves", kRemoveIt},
};

}  // namespace

SweepDraft ReadDraft(const DocumentNode& root, ProblemList& found) {
  SweepDraft draft;
  draft.place = root.place;
  ReadMembers(root, "", kSweepKeys, kRefusedSweepKeys, found, draft);
  return draft;
}

}  // namespace sweepd
