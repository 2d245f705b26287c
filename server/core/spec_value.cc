// SweepSpec <-> the words of the sweep file, as a Value.
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/status_macros.h"
#include "server/core/member_reader.h"
#include "server/core/space_value.h"
#include "server/core/sweep.h"
#include "server/core/trial_plan_value.h"

namespace sweepd {
namespace {

Value ObjectiveToValue(const Objective& objective) {
  Value::Map map{{"name", objective.metric},
                 {"goal", std::string(GoalName(objective.goal))},
                 {"aggregation", std::string(AggregationName(objective.aggregation))}};
  if (objective.target.has_value()) map["target"] = *objective.target;
  if (objective.impute != Impute::kWorst) map["impute"] = std::string(ImputeName(objective.impute));
  return Value(std::move(map));
}

absl::StatusOr<Objective> ObjectiveFromValue(const Value::Map& map) {
  MemberReader reader(map);
  Objective objective{reader.String("name"), reader.Word("goal", ParseGoal),
                      reader.Word("aggregation", ParseAggregation), std::nullopt, Impute::kWorst};
  if (reader.Optional("target") != nullptr) objective.target = reader.Number("target");
  if (reader.Optional("impute") != nullptr) objective.impute = reader.Word("impute", ParseImpute);
  RETURN_IF_ERROR(reader.status());
  return objective;
}

Value ListOf(const std::vector<std::string>& texts) { return Value::List(texts.begin(), texts.end()); }

std::vector<std::string> Texts(MemberReader& reader, absl::string_view name) {
  std::vector<std::string> texts;
  for (const Value& text : reader.List(name)) {
    if (!text.is_string()) reader.Fail(name);
    if (text.is_string()) texts.push_back(text.as_string());
  }
  return texts;
}

Value BayesToValue(const BayesOptions& options) {
  Value::Map map{{"noise", std::string(NoiseName(options.noise_free))}};
  if (options.startup_trials.has_value()) map["startup_trials"] = *options.startup_trials;
  return Value(std::move(map));
}

}  // namespace

Value SpecToValue(const SweepSpec& spec) {
  Value::Map map{
      {"name", spec.name},
      {"description", spec.description},
      {"project", spec.project},
      {"entity", spec.entity},
      {"method", std::string(MethodName(spec.method))},
      {"parameters", SpaceToValue(spec.space)},
      {"program", spec.program},
      {"command", ListOf(spec.command)},
      {"retries", Value::Map{{"lost", spec.retries.lost}, {"failed", spec.retries.failed}}},
      {"seed", static_cast<int64_t>(spec.seed)},
      {"stdout_metrics", std::string(StdoutMetricsName(spec.stdout_metrics))},
  };
  if (!spec.stdout_patterns.empty()) map["stdout_pattern"] = ListOf(spec.stdout_patterns);
  if (spec.grid_order != GridOrder::kSorted) {
    map["grid"] = Value::Map{{"order", std::string(GridOrderName(spec.grid_order))}};
  }
  if (spec.bayes != BayesOptions{}) map["bayes"] = BayesToValue(spec.bayes);
  if (spec.objective.has_value()) map["metric"] = ObjectiveToValue(*spec.objective);
  if (spec.run_cap.has_value()) map["run_cap"] = *spec.run_cap;
  if (spec.max_parallel.has_value()) map["max_parallel"] = *spec.max_parallel;
  if (spec.early_terminate.has_value()) map["early_terminate"] = EarlyTerminateToValue(*spec.early_terminate);
  AddTrialPlan(spec, map);
  if (spec.trial_timeout.has_value()) map["trial_timeout"] = absl::FormatDuration(*spec.trial_timeout);
  return Value(std::move(map));
}

absl::StatusOr<SweepSpec> SpecFromValue(const Value& value) {
  if (!value.is_map()) return absl::InvalidArgumentError("stored spec: not a map");
  MemberReader reader(value.as_map());
  SweepSpec spec;
  spec.name = reader.String("name");
  spec.description = reader.String("description");
  spec.project = reader.String("project");
  spec.entity = reader.String("entity");
  spec.method = reader.Word("method", ParseMethod);
  spec.program = reader.String("program");
  spec.command = Texts(reader, "command");
  const Value::Map retries = reader.Map("retries");
  MemberReader retries_reader(retries);
  spec.retries = {retries_reader.Int("lost"), retries_reader.Int("failed")};
  RETURN_IF_ERROR(retries_reader.status());
  spec.seed = static_cast<uint64_t>(reader.Int("seed"));
  spec.stdout_metrics = reader.Word("stdout_metrics", ParseStdoutMetrics);
  if (reader.Optional("stdout_pattern") != nullptr) spec.stdout_patterns = Texts(reader, "stdout_pattern");
  if (reader.Optional("run_cap") != nullptr) spec.run_cap = reader.Int("run_cap");
  if (reader.Optional("max_parallel") != nullptr) spec.max_parallel = reader.Int("max_parallel");
  if (reader.Optional("grid") != nullptr) {
    const Value::Map grid = reader.Map("grid");
    MemberReader grid_reader(grid);
    spec.grid_order = grid_reader.Word("order", ParseGridOrder);
    RETURN_IF_ERROR(grid_reader.status());
  }
  if (reader.Optional("bayes") != nullptr) {
    const Value::Map bayes = reader.Map("bayes");
    MemberReader bayes_reader(bayes);
    spec.bayes.noise_free = bayes_reader.Word("noise", ParseNoiseFree);
    if (bayes_reader.Optional("startup_trials") != nullptr) {
      spec.bayes.startup_trials = bayes_reader.Int("startup_trials");
    }
    RETURN_IF_ERROR(bayes_reader.status());
  }
  if (reader.Optional("trial_timeout") != nullptr) spec.trial_timeout = reader.Duration("trial_timeout");
  if (reader.Optional("metric") != nullptr) {
    ASSIGN_OR_RETURN(spec.objective, ObjectiveFromValue(reader.Map("metric")));
  }
  if (const Value* rule = reader.Optional("early_terminate")) {
    ASSIGN_OR_RETURN(spec.early_terminate, EarlyTerminateFromValue(*rule));
  }
  const Value::Map parameters = reader.Map("parameters");
  RETURN_IF_ERROR(reader.status());
  ASSIGN_OR_RETURN(spec.space, SpaceFromValue(parameters));
  RETURN_IF_ERROR(ReadTrialPlan(value.as_map(), spec));
  return spec;
}

}  // namespace sweepd
