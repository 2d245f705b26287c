#include "server/wire/draft_wire.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/wire_time.h"
#include "common/wire_value.h"
#include "server/wire/enum_wire.h"

namespace sweepd {
namespace {

template <class T>
void Give(Field<T>& field, T value) {
  field.value = std::move(value);
}

// Empty text is how the wire says that there is none.
void GiveText(Field<std::string>& field, const std::string& text) {
  if (!text.empty()) field.value = text;
}

// An optional enum: UNSPECIFIED leaves the default.
template <class Domain, class Wire>
void GiveWord(Field<std::string>& field, Wire wire, Domain last, absl::string_view (*name)(Domain), const char* path,
              ProblemList& found) {
  if (wire == Wire{}) return;
  const std::optional<Domain> value = EnumFromWire(wire, last);
  if (value.has_value()) {
    field.value = std::string(name(*value));
  } else {
    field.is_faulty = true;
    found.Report({}, path, absl::StrCat("unknown value ", static_cast<int>(wire)));
  }
}

class ParameterReader {
 public:
  ParameterReader(const std::string& name, ProblemList& found) : found_(found) { draft_.name = name; }

  ParameterDraft Read(const v1::Distribution& wire) {
    switch (wire.kind_case()) {
      case v1::Distribution::kConstant: ReadConstant(wire.constant()); break;
      case v1::Distribution::kCategorical: ReadCategorical(wire.categorical()); break;
      case v1::Distribution::kIntUniform: ReadBounds("int_uniform", wire.int_uniform()); break;
      case v1::Distribution::kUniform: ReadBounds("uniform", wire.uniform()); break;
      case v1::Distribution::kLogUniformValues: ReadBounds("log_uniform_values", wire.log_uniform_values()); break;
      case v1::Distribution::kQUniform: ReadQUniform(wire.q_uniform()); break;
      case v1::Distribution::KIND_NOT_SET:
        draft_.is_partial = true;
        found_.Report({}, absl::StrCat("parameters.", draft_.name), "has no distribution");
    }
    return std::move(draft_);
  }

 private:
  void ReadConstant(const v1::Distribution::Constant& wire) {
    Give(draft_.distribution, std::string("constant"));
    ReadValue(wire.value(), "value", [this](Value value) { Give(draft_.value, std::move(value)); });
  }

  void ReadCategorical(const v1::Distribution::Categorical& wire) {
    Give(draft_.distribution, std::string("categorical"));
    std::vector<Value> values;
    for (int i = 0; i < wire.values_size(); ++i) {
      ReadValue(wire.values(i), absl::StrCat("values[", i, "]"),
                [&values](Value value) { values.push_back(std::move(value)); });
    }
    Give(draft_.values, std::move(values));
  }

  void ReadQUniform(const v1::Distribution::QUniform& wire) {
    ReadBounds("q_uniform", wire);
    if (wire.integral()) {
      // Whole numbers as integers: validate.h then makes the values integers, or says which bound is not whole.
      draft_.integral = true;
    }
    Give(draft_.q, Value(wire.q()));
  }

  template <class Law>
  void ReadBounds(const char* distribution, const Law& law) {
    Give(draft_.distribution, std::string(distribution));
    Give(draft_.min, Value(law.min()));
    Give(draft_.max, Value(law.max()));
  }

  template <class Take>
  void ReadValue(const v1::Value& wire, const std::string& key, Take take) {
    absl::StatusOr<Value> value = ValueFromWire(wire);
    if (value.ok()) {
      take(*std::move(value));
    } else {
      draft_.is_partial = true;
      found_.Report({}, absl::StrCat("parameters.", draft_.name, ".", key), std::string(value.status().message()));
    }
  }

  ParameterDraft draft_;
  ProblemList& found_;
};

MetricDraft MetricFromWire(const v1::Objective& wire, ProblemList& found) {
  MetricDraft draft;
  GiveText(draft.name, wire.metric());
  GiveWord(draft.goal, wire.goal(), Goal::kMaximize, GoalName, "objective.goal", found);
  GiveWord(draft.aggregation, wire.aggregation(), Aggregation::kLast, AggregationName, "objective.aggregation", found);
  if (wire.has_target()) Give(draft.target, wire.target());
  return draft;
}

}  // namespace

SweepDraft DraftFromWire(const v1::SweepSpec& wire, ProblemList& found) {
  SweepDraft draft;
  GiveText(draft.name, wire.name());
  GiveText(draft.description, wire.description());
  GiveText(draft.project, wire.project());
  GiveText(draft.entity, wire.entity());
  GiveWord(draft.method, wire.method(), Method::kBayes, MethodName, "method", found);
  if (!wire.parameters().empty()) {
    std::vector<ParameterDraft> parameters;
    for (const auto& [name, distribution] : wire.parameters()) {
      parameters.push_back(ParameterReader(name, found).Read(distribution));
    }
    Give(draft.parameters, std::move(parameters));
  }
  if (wire.has_objective()) Give(draft.metric, MetricFromWire(wire.objective(), found));
  GiveText(draft.program, wire.program());
  if (!wire.command().empty()) Give(draft.command, {wire.command().begin(), wire.command().end()});
  if (wire.has_run_cap()) Give(draft.run_cap, int64_t{wire.run_cap()});
  if (wire.has_max_parallel()) Give(draft.max_parallel, int64_t{wire.max_parallel()});
  if (wire.has_trial_timeout()) Give(draft.trial_timeout, DurationFromWire(wire.trial_timeout()));
  if (wire.retries().has_lost()) Give(draft.retries.lost, int64_t{wire.retries().lost()});
  if (wire.retries().has_failed()) Give(draft.retries.failed, int64_t{wire.retries().failed()});
  if (wire.has_seed()) Give(draft.seed, int64_t{wire.seed()});
  GiveWord(draft.stdout_metrics, wire.stdout_metrics(), StdoutMetrics::kJson, StdoutMetricsName, "stdout_metrics",
           found);
  return draft;
}

}  // namespace sweepd
