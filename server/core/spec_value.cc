// SweepSpec <-> the words of the sweep file, as a Value.
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/status_macros.h"
#include "server/core/sweep.h"

namespace sweepd {
namespace {

struct LawWriter {
  Value::Map& map;

  void operator()(const Constant& law) const { map["value"] = law.value; }
  void operator()(const Categorical& law) const { map["values"] = law.values; }
  void operator()(const IntUniform& law) const { WriteBounds(law); }
  void operator()(const Uniform& law) const { WriteBounds(law); }
  void operator()(const LogUniformValues& law) const { WriteBounds(law); }
  void operator()(const QUniform& law) const {
    WriteBounds(law);
    map["q"] = law.q;
    map["integral"] = law.integral;
  }

  template <class Law>
  void WriteBounds(const Law& law) const {
    map["min"] = law.min;
    map["max"] = law.max;
  }
};

Value DistributionToValue(const Distribution& distribution) {
  Value::Map map{{"distribution", std::string(DistributionName(distribution))}};
  std::visit(LawWriter{map}, distribution);
  return Value(std::move(map));
}

// Reads typed members of a map. A missing or mistyped member is remembered as an error and read as a default, so that
// the code below is a list of members; status() is asked once at the end.
class MemberReader {
 public:
  explicit MemberReader(const Value::Map& map) : map_(map) {}

  const Value& Any(absl::string_view name) {
    const auto found = map_.find(name);
    if (found != map_.end()) return found->second;
    Fail(name);
    return null_;
  }
  const Value* Optional(absl::string_view name) const {
    const auto found = map_.find(name);
    return found == map_.end() ? nullptr : &found->second;
  }
  std::string String(absl::string_view name) {
    const Value& value = Any(name);
    return value.is_string() ? value.as_string() : (Fail(name), "");
  }
  int64_t Int(absl::string_view name) {
    const Value& value = Any(name);
    return value.is_int() ? value.as_int() : (Fail(name), 0);
  }
  double Number(absl::string_view name) {
    const Value& value = Any(name);
    return value.is_number() ? value.as_double() : (Fail(name), 0);
  }
  bool Bool(absl::string_view name) {
    const Value& value = Any(name);
    return value.is_bool() ? value.as_bool() : (Fail(name), false);
  }
  Value::List List(absl::string_view name) {
    const Value& value = Any(name);
    return value.is_list() ? value.as_list() : (Fail(name), Value::List());
  }
  Value::Map Map(absl::string_view name) {
    const Value& value = Any(name);
    return value.is_map() ? value.as_map() : (Fail(name), Value::Map());
  }
  absl::Duration Duration(absl::string_view name) {
    absl::Duration duration;
    return absl::ParseDuration(String(name), &duration) ? duration : (Fail(name), duration);
  }
  // A word of an enum.
  template <class Enum>
  Enum Word(absl::string_view name, std::optional<Enum> (*parse)(absl::string_view)) {
    const std::optional<Enum> word = parse(String(name));
    return word.has_value() ? *word : (Fail(name), Enum{});
  }

  void Fail(absl::string_view name) {
    if (status_.ok()) status_ = absl::InvalidArgumentError(absl::StrCat("stored spec: bad \"", name, "\""));
  }
  const absl::Status& status() const { return status_; }

 private:
  const Value::Map& map_;
  Value null_;
  absl::Status status_;
};

absl::StatusOr<Distribution> DistributionFromValue(const Value& value) {
  if (!value.is_map()) return absl::InvalidArgumentError("stored spec: a parameter is not a map");
  MemberReader reader(value.as_map());
  const std::string kind = reader.String("distribution");
  Distribution law;
  if (kind == "constant") {
    law = Constant{reader.Any("value")};
  } else if (kind == "categorical") {
    law = Categorical{reader.List("values")};
  } else if (kind == "int_uniform") {
    law = IntUniform{reader.Int("min"), reader.Int("max")};
  } else if (kind == "uniform") {
    law = Uniform{reader.Number("min"), reader.Number("max")};
  } else if (kind == "log_uniform_values") {
    law = LogUniformValues{reader.Number("min"), reader.Number("max")};
  } else if (kind == "q_uniform") {
    law = QUniform{reader.Number("min"), reader.Number("max"), reader.Number("q"), reader.Bool("integral")};
  } else {
    reader.Fail("distribution");
  }
  RETURN_IF_ERROR(reader.status());
  return law;
}

Value ObjectiveToValue(const Objective& objective) {
  Value::Map map{{"name", objective.metric},
                 {"goal", std::string(GoalName(objective.goal))},
                 {"aggregation", std::string(AggregationName(objective.aggregation))}};
  if (objective.target.has_value()) map["target"] = *objective.target;
  return Value(std::move(map));
}

absl::StatusOr<Objective> ObjectiveFromValue(const Value::Map& map) {
  MemberReader reader(map);
  Objective objective{reader.String("name"), reader.Word("goal", ParseGoal),
                      reader.Word("aggregation", ParseAggregation), std::nullopt};
  if (reader.Optional("target") != nullptr) objective.target = reader.Number("target");
  RETURN_IF_ERROR(reader.status());
  return objective;
}

}  // namespace

Value SpecToValue(const SweepSpec& spec) {
  Value::Map parameters;
  for (const Parameter& parameter : spec.space.parameters()) {
    parameters[parameter.name] = DistributionToValue(parameter.distribution);
  }
  Value::Map map{
      {"name", spec.name},
      {"description", spec.description},
      {"project", spec.project},
      {"entity", spec.entity},
      {"method", std::string(MethodName(spec.method))},
      {"parameters", std::move(parameters)},
      {"program", spec.program},
      {"command", Value::List(spec.command.begin(), spec.command.end())},
      {"retries", Value::Map{{"lost", spec.retries.lost}, {"failed", spec.retries.failed}}},
      {"seed", static_cast<int64_t>(spec.seed)},
      {"stdout_metrics", std::string(StdoutMetricsName(spec.stdout_metrics))},
  };
  if (spec.objective.has_value()) map["metric"] = ObjectiveToValue(*spec.objective);
  if (spec.run_cap.has_value()) map["run_cap"] = *spec.run_cap;
  if (spec.max_parallel.has_value()) map["max_parallel"] = *spec.max_parallel;
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
  for (const Value& word : reader.List("command")) {
    if (!word.is_string()) return absl::InvalidArgumentError("stored spec: bad \"command\"");
    spec.command.push_back(word.as_string());
  }
  const Value::Map retries = reader.Map("retries");
  MemberReader retries_reader(retries);
  spec.retries = {retries_reader.Int("lost"), retries_reader.Int("failed")};
  RETURN_IF_ERROR(retries_reader.status());
  spec.seed = static_cast<uint64_t>(reader.Int("seed"));
  spec.stdout_metrics = reader.Word("stdout_metrics", ParseStdoutMetrics);
  if (reader.Optional("run_cap") != nullptr) spec.run_cap = reader.Int("run_cap");
  if (reader.Optional("max_parallel") != nullptr) spec.max_parallel = reader.Int("max_parallel");
  if (reader.Optional("trial_timeout") != nullptr) spec.trial_timeout = reader.Duration("trial_timeout");
  if (reader.Optional("metric") != nullptr) {
    ASSIGN_OR_RETURN(spec.objective, ObjectiveFromValue(reader.Map("metric")));
  }
  std::vector<Parameter> parameters;
  for (const auto& [name, law] : reader.Map("parameters")) {
    ASSIGN_OR_RETURN(Distribution distribution, DistributionFromValue(law));
    parameters.push_back({name, std::move(distribution)});
  }
  RETURN_IF_ERROR(reader.status());
  ASSIGN_OR_RETURN(spec.space, SearchSpace::Create(std::move(parameters)));
  return spec;
}

}  // namespace sweepd
