#include "server/spec/draft_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/spec/assignment_reader.h"
#include "server/spec/early_terminate_reader.h"
#include "server/spec/field_reader.h"
#include "server/spec/parameter_reader.h"

namespace sweepd {
namespace {

template <class Target>
void Ignore(const DocumentMember& member, const std::string& path, ProblemList& found, Target&) {
  found.Warn(member.key_place, path, "this key is ignored: sweepd does not need it");
}

constexpr Key<MetricDraft> kMetricKeys[] = {
    {"name", &Into<&MetricDraft::name, ReadText>},
    {"goal", &Into<&MetricDraft::goal, ReadWord>},
    {"aggregation", &Into<&MetricDraft::aggregation, ReadWord>},
    {"target", &Into<&MetricDraft::target, ReadDouble>},
    {"impute", &Into<&MetricDraft::impute, ReadWord>},
};

constexpr Key<RetriesDraft> kRetriesKeys[] = {
    {"lost", &Into<&RetriesDraft::lost, ReadInteger>},
    {"failed", &Into<&RetriesDraft::failed, ReadInteger>},
};

void ReadMetric(const DocumentMember& member, const std::string& path, ProblemList& found, SweepDraft& draft) {
  const DocumentNode* map = OpenMap(member, path, "metric: {name: loss, goal: minimize}", found, draft.metric);
  if (map == nullptr) return;
  MetricDraft metric;
  ReadMembers(*map, path, kMetricKeys, kNothingRefused, found, metric);
  draft.metric.value = std::move(metric);
}

void ReadRetries(const DocumentMember& member, const std::string& path, ProblemList& found, SweepDraft& draft) {
  Field<RetriesDraft> field;
  const DocumentNode* map = OpenMap(member, path, "retries: {lost: 3, failed: 0}", found, field);
  if (map != nullptr) ReadMembers(*map, path, kRetriesKeys, kNothingRefused, found, draft.retries);
}

constexpr Key<SweepDraft> kGridKeys[] = {{"order", &Into<&SweepDraft::grid_order, ReadWord>}};

void ReadGrid(const DocumentMember& member, const std::string& path, ProblemList& found, SweepDraft& draft) {
  const DocumentNode* map = OpenMap(member, path, "grid: {order: shuffled}", found, draft.grid_order);
  draft.grid_order = {};
  if (map != nullptr) ReadMembers(*map, path, kGridKeys, kNothingRefused, found, draft);
}

constexpr Key<SweepDraft> kBayesKeys[] = {{"startup_trials", &Into<&SweepDraft::bayes_startup_trials, ReadInteger>},
                                          {"noise", &Into<&SweepDraft::bayes_noise, ReadWord>}};

void ReadBayes(const DocumentMember& member, const std::string& path, ProblemList& found, SweepDraft& draft) {
  Field<std::string> field;
  const DocumentNode* map = OpenMap(member, path, "bayes: {startup_trials: 8, noise: none}", found, field);
  if (map != nullptr) ReadMembers(*map, path, kBayesKeys, kNothingRefused, found, draft);
}

void ReadParametersOfSweep(const DocumentMember& member, const std::string& path, ProblemList& found,
                           SweepDraft& draft) {
  ReadParameters(member, path, found, draft.parameters);
}

void ReadCommand(const DocumentMember& member, const std::string& path, ProblemList& found, SweepDraft& draft) {
  ReadTexts(member, path, found, draft.command, draft.command_places);
}

// One text or a list of them.
void ReadStdoutPattern(const DocumentMember& member, const std::string& path, ProblemList& found, SweepDraft& draft) {
  if (member.value.is_list()) {
    return ReadTexts(member, path, found, draft.stdout_pattern, draft.stdout_pattern_places);
  }
  Field<std::string> one;
  ReadText(member, path, found, one);
  draft.stdout_pattern = {std::nullopt, one.place, one.key_place, one.is_faulty};
  if (one.value.has_value()) draft.stdout_pattern.value = {*std::move(one.value)};
}

void ReadPrior(const DocumentMember& member, const std::string& path, ProblemList& found, SweepDraft& draft) {
  if (member.value.is_list()) return ReadTexts(member, path, found, draft.prior, draft.prior_places);
  draft.prior.is_faulty = true;
  const bool is_plain = member.value.is_scalar() && !member.value.scalar.is_null();
  found.Report(member.value.place, path,
               absl::StrCat("must be a list of sweep ids, but is ", DescribeNode(member.value)),
               absl::StrCat("write [", is_plain ? ShortText(member.value.text) : "abcdefgh", "]"));
}

constexpr Key<SweepDraft> kSweepKeys[] = {
    {"method", &Into<&SweepDraft::method, ReadWord>},
    {"parameters", &ReadParametersOfSweep},
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
    {"stdout_metrics", &Into<&SweepDraft::stdout_metrics, ReadWord>},
    {"stdout_pattern", &ReadStdoutPattern},
    {"grid", &ReadGrid},
    {"bayes", &ReadBayes},
    {"early_terminate", &Into<&SweepDraft::early_terminate, ReadEarlyTerminate>},
    {"initial", &Into<&SweepDraft::initial, ReadAssignments>},
    {"repeats", &Into<&SweepDraft::repeats, ReadInteger>},
    {"max_failures", &Into<&SweepDraft::max_failures, ReadInteger>},
    {"prior", &ReadPrior},
    {"trial_timeout", &Into<&SweepDraft::trial_timeout, ReadDuration>},
    {"controller", &Ignore<SweepDraft>},
    {"apiVersion", &Ignore<SweepDraft>},
    {"kind", &Ignore<SweepDraft>},
};

constexpr RefusedKey kRefusedSweepKeys[] = {
    {"goal", "belongs to the metric", "write it under `metric`"},
    {"target", "belongs to the metric", "write it under `metric`"},
    {"when", "belongs to a parameter", "write it under the parameter that has the condition"},
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
