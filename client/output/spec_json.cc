#include "client/output/spec_json.h"

#include <string>

#include "client/output/distribution_json.h"
#include "client/output/state_text.h"
#include "common/wire_time.h"
#include "common/wire_value.h"

namespace sweepd::client {
namespace {

Value ObjectiveJson(const v1::Objective& objective) {
  Value::Map json = {{"name", objective.metric()},
                     {"goal", GoalText(objective.goal())},
                     {"aggregation", AggregationText(objective.aggregation())}};
  if (objective.has_target()) json["target"] = objective.target();
  const bool is_default = objective.impute() == v1::IMPUTE_UNSPECIFIED || objective.impute() == v1::IMPUTE_WORST;
  if (!is_default) json["impute"] = ImputeText(objective.impute());
  return json;
}

// What says which trials are made beside the method's own choice, as far as it is given.
void PutTrialPlan(Value::Map& json, const v1::SweepSpec& spec) {
  if (spec.initial_size() > 0) {
    Value::List initial;
    for (const v1::Assignment& assignment : spec.initial()) initial.push_back(AssignmentJson(assignment));
    json["initial"] = std::move(initial);
  }
  if (spec.repeats() > 1) json["repeats"] = spec.repeats();
  if (spec.has_max_failures()) json["max_failures"] = spec.max_failures();
  if (spec.prior_size() > 0) json["prior"] = Value::List(spec.prior().begin(), spec.prior().end());
}

Value RetriesJson(const v1::Retries& retries) {
  Value::Map json;
  if (retries.has_lost()) json["lost"] = retries.lost();
  if (retries.has_failed()) json["failed"] = retries.failed();
  return json;
}

Value EarlyTerminateJson(const v1::EarlyTerminate& rule) {
  Value::Map json;
  if (rule.has_hyperband()) {
    const v1::EarlyTerminate::Hyperband& hyperband = rule.hyperband();
    json = {{"type", "hyperband"}, {"strict", hyperband.strict()}};
    if (hyperband.has_min_iter()) json["min_iter"] = hyperband.min_iter();
    if (hyperband.has_max_iter()) json["max_iter"] = hyperband.max_iter();
    if (hyperband.has_s()) json["s"] = hyperband.s();
    if (hyperband.has_eta()) json["eta"] = hyperband.eta();
  } else if (rule.has_median()) {
    json = {{"type", "median"}};
    if (rule.median().has_min_iter()) json["min_iter"] = rule.median().min_iter();
    if (rule.median().has_min_trials()) json["min_trials"] = rule.median().min_trials();
  } else if (rule.has_asha()) {
    json = {{"type", "asha"}};
    if (rule.asha().has_min_iter()) json["min_iter"] = rule.asha().min_iter();
    if (rule.asha().has_eta()) json["eta"] = rule.asha().eta();
  }
  return json;
}

void PutText(Value::Map& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

}  // namespace

Value AssignmentJson(const v1::Assignment& assignment) {
  Value::Map json;
  for (const auto& [name, value] : assignment.values()) json[name] = ValueJson(value);
  return json;
}

Value SpecJson(const v1::SweepSpec& spec) {
  Value::Map json = {{"method", MethodText(spec.method())}};
  PutText(json, "name", spec.name());
  PutText(json, "description", spec.description());
  PutText(json, "project", spec.project());
  PutText(json, "entity", spec.entity());
  PutText(json, "program", spec.program());
  PutText(json, "stdout_metrics", StdoutMetricsText(spec.stdout_metrics()));
  if (spec.stdout_patterns_size() > 0) {
    json["stdout_pattern"] = Value::List(spec.stdout_patterns().begin(), spec.stdout_patterns().end());
  }
  Value::Map parameters;
  for (const auto& [name, distribution] : spec.parameters()) parameters[name] = DistributionJson(distribution);
  json["parameters"] = std::move(parameters);
  if (spec.has_objective()) json["metric"] = ObjectiveJson(spec.objective());
  if (spec.command_size() > 0) json["command"] = Value::List(spec.command().begin(), spec.command().end());
  if (spec.has_run_cap()) json["run_cap"] = spec.run_cap();
  if (spec.has_max_parallel()) json["max_parallel"] = spec.max_parallel();
  if (spec.has_retries()) json["retries"] = RetriesJson(spec.retries());
  if (spec.has_seed()) json["seed"] = spec.seed();
  if (spec.grid_order() == v1::GRID_ORDER_SHUFFLED) json["grid"] = Value::Map{{"order", "shuffled"}};
  if (spec.has_bayes()) {
    Value::Map bayes;
    if (spec.bayes().has_startup_trials()) bayes["startup_trials"] = spec.bayes().startup_trials();
    if (spec.bayes().noise_free()) bayes["noise"] = "none";
    json["bayes"] = std::move(bayes);
  }
  if (spec.has_early_terminate()) json["early_terminate"] = EarlyTerminateJson(spec.early_terminate());
  PutTrialPlan(json, spec);
  if (spec.has_trial_timeout()) json["trial_timeout"] = absl::FormatDuration(DurationFromWire(spec.trial_timeout()));
  return json;
}

}  // namespace sweepd::client
