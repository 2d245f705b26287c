#include "client/output/spec_json.h"

#include <string>

#include "client/output/state_text.h"
#include "common/wire_time.h"
#include "common/wire_value.h"

namespace sweepd::client {
namespace {

Value ValueJson(const v1::Value& wire) {
  absl::StatusOr<Value> value = ValueFromWire(wire);
  return value.ok() ? *std::move(value) : Value();
}

template <class Bounds>
Value BoundsJson(const char* name, const Bounds& bounds) {
  return Value::Map{{"distribution", name}, {"min", bounds.min()}, {"max", bounds.max()}};
}

Value QUniformJson(const v1::Distribution::QUniform& law) {
  if (!law.integral()) {
    return Value::Map{{"distribution", "q_uniform"}, {"min", law.min()}, {"max", law.max()}, {"q", law.q()}};
  }
  const auto whole = [](double number) { return Value(static_cast<int64_t>(number)); };
  return Value::Map{
      {"distribution", "q_uniform"}, {"min", whole(law.min())}, {"max", whole(law.max())}, {"q", whole(law.q())}};
}

Value ObjectiveJson(const v1::Objective& objective) {
  Value::Map json = {{"name", objective.metric()},
                     {"goal", GoalText(objective.goal())},
                     {"aggregation", AggregationText(objective.aggregation())}};
  if (objective.has_target()) json["target"] = objective.target();
  return json;
}

Value RetriesJson(const v1::Retries& retries) {
  Value::Map json;
  if (retries.has_lost()) json["lost"] = retries.lost();
  if (retries.has_failed()) json["failed"] = retries.failed();
  return json;
}

void PutText(Value::Map& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

}  // namespace

Value DistributionJson(const v1::Distribution& distribution) {
  switch (distribution.kind_case()) {
    case v1::Distribution::kConstant: return Value::Map{{"value", ValueJson(distribution.constant().value())}};
    case v1::Distribution::kCategorical: {
      Value::List values;
      for (const v1::Value& value : distribution.categorical().values()) values.push_back(ValueJson(value));
      return Value::Map{{"values", std::move(values)}};
    }
    case v1::Distribution::kIntUniform: return BoundsJson("int_uniform", distribution.int_uniform());
    case v1::Distribution::kUniform: return BoundsJson("uniform", distribution.uniform());
    case v1::Distribution::kLogUniformValues:
      return BoundsJson("log_uniform_values", distribution.log_uniform_values());
    case v1::Distribution::kQUniform: return QUniformJson(distribution.q_uniform());
    case v1::Distribution::KIND_NOT_SET: return Value();
  }
  return Value();
}

Value SpecJson(const v1::SweepSpec& spec) {
  Value::Map json = {{"method", MethodText(spec.method())}};
  PutText(json, "name", spec.name());
  PutText(json, "description", spec.description());
  PutText(json, "project", spec.project());
  PutText(json, "entity", spec.entity());
  PutText(json, "program", spec.program());
  PutText(json, "stdout_metrics", StdoutMetricsText(spec.stdout_metrics()));
  Value::Map parameters;
  for (const auto& [name, distribution] : spec.parameters()) parameters[name] = DistributionJson(distribution);
  json["parameters"] = std::move(parameters);
  if (spec.has_objective()) json["metric"] = ObjectiveJson(spec.objective());
  if (spec.command_size() > 0) json["command"] = Value::List(spec.command().begin(), spec.command().end());
  if (spec.has_run_cap()) json["run_cap"] = spec.run_cap();
  if (spec.has_max_parallel()) json["max_parallel"] = spec.max_parallel();
  if (spec.has_retries()) json["retries"] = RetriesJson(spec.retries());
  if (spec.has_seed()) json["seed"] = spec.seed();
  if (spec.has_trial_timeout()) json["trial_timeout"] = absl::FormatDuration(DurationFromWire(spec.trial_timeout()));
  return json;
}

}  // namespace sweepd::client
