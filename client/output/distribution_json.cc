#include "client/output/distribution_json.h"

#include <string>
#include <utility>

#include "common/wire_value.h"

namespace sweepd::client {

Value ValueJson(const v1::Value& wire) {
  absl::StatusOr<Value> value = ValueFromWire(wire);
  return value.ok() ? *std::move(value) : Value();
}

namespace {

template <class Values>
Value ValuesJson(const Values& values) {
  Value::List list;
  for (const v1::Value& value : values) list.push_back(ValueJson(value));
  return list;
}

Value WeightedJson(const v1::Distribution::WeightedCategorical& law) {
  return Value::Map{{"values", ValuesJson(law.values())},
                    {"probabilities", Value::List(law.probabilities().begin(), law.probabilities().end())}};
}

template <class Law>
Value::Map BoundsJson(const char* name, const Law& law) {
  return {{"distribution", name}, {"min", law.min()}, {"max", law.max()}};
}

template <class Law>
Value::Map MomentsJson(const char* name, const Law& law) {
  return {
      {"distribution", name}, {"mu", law.has_mu() ? law.mu() : 0.0}, {"sigma", law.has_sigma() ? law.sigma() : 1.0}};
}

template <class Law>
Value::Map ShapesJson(const char* name, const Law& law) {
  return {{"distribution", name}, {"a", law.has_a() ? law.a() : 1.0}, {"b", law.has_b() ? law.b() : 1.0}};
}

// Adds q. That the values are integers shows in a file by how q and the bounds are written.
template <class Law>
Value StepJson(Value::Map json, const Law& law) {
  json["q"] = law.q();
  if (!law.integral()) return json;
  for (const char* key : {"min", "max", "q"}) {
    const auto found = json.find(key);
    if (found != json.end()) found->second = static_cast<int64_t>(found->second.as_double());
  }
  return json;
}

Value LawJson(const v1::Distribution& law) {
  switch (law.kind_case()) {
    case v1::Distribution::kConstant: return Value::Map{{"value", ValueJson(law.constant().value())}};
    case v1::Distribution::kCategorical: return Value::Map{{"values", ValuesJson(law.categorical().values())}};
    case v1::Distribution::kWeightedCategorical: return WeightedJson(law.weighted_categorical());
    case v1::Distribution::kIntUniform: return BoundsJson("int_uniform", law.int_uniform());
    case v1::Distribution::kUniform: return BoundsJson("uniform", law.uniform());
    case v1::Distribution::kLogUniformValues: return BoundsJson("log_uniform_values", law.log_uniform_values());
    case v1::Distribution::kNormal: return MomentsJson("normal", law.normal());
    case v1::Distribution::kLogNormal: return MomentsJson("log_normal", law.log_normal());
    case v1::Distribution::kBeta: return ShapesJson("beta", law.beta());
    case v1::Distribution::kQUniform: return StepJson(BoundsJson("q_uniform", law.q_uniform()), law.q_uniform());
    case v1::Distribution::kQLogUniformValues:
      return StepJson(BoundsJson("q_log_uniform_values", law.q_log_uniform_values()), law.q_log_uniform_values());
    case v1::Distribution::kQNormal: return StepJson(MomentsJson("q_normal", law.q_normal()), law.q_normal());
    case v1::Distribution::kQLogNormal:
      return StepJson(MomentsJson("q_log_normal", law.q_log_normal()), law.q_log_normal());
    case v1::Distribution::kQBeta: return StepJson(ShapesJson("q_beta", law.q_beta()), law.q_beta());
    case v1::Distribution::kGroup: {
      Value::Map parameters;
      for (const auto& [name, member] : law.group().parameters()) parameters[name] = DistributionJson(member);
      return Value::Map{{"parameters", std::move(parameters)}};
    }
    case v1::Distribution::KIND_NOT_SET: return Value();
  }
  return Value();
}

}  // namespace

Value DistributionJson(const v1::Distribution& distribution) {
  Value json = LawJson(distribution);
  if (distribution.when().empty() || !json.is_map()) return json;
  Value::Map when;
  for (const v1::Condition& condition : distribution.when())
    when[condition.parameter()] = ValuesJson(condition.values());
  json.as_map()["when"] = std::move(when);
  return json;
}

}  // namespace sweepd::client
