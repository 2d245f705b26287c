#include <utility>

#include "absl/strings/str_cat.h"
#include "common/wire_value.h"
#include "server/wire/space_wire.h"

namespace sweepd {
namespace {

template <class T>
void Give(Field<T>& field, T value) {
  field.value = std::move(value);
}

// One parameter. The distribution is named even where a file would leave it to be inferred.
class ParameterReader {
 public:
  ParameterReader(const std::string& name, std::string path, ProblemList& found)
      : path_(std::move(path)), found_(found) {
    draft_.name = name;
  }

  ParameterDraft Read(const v1::Distribution& wire) {
    ReadWhen(wire);
    switch (wire.kind_case()) {
      case v1::Distribution::kConstant: ReadConstant(wire.constant()); break;
      case v1::Distribution::kCategorical: ReadValues("categorical", wire.categorical()); break;
      case v1::Distribution::kWeightedCategorical: ReadWeighted(wire.weighted_categorical()); break;
      case v1::Distribution::kIntUniform: ReadBounds("int_uniform", wire.int_uniform()); break;
      case v1::Distribution::kUniform: ReadBounds("uniform", wire.uniform()); break;
      case v1::Distribution::kLogUniformValues: ReadBounds("log_uniform_values", wire.log_uniform_values()); break;
      case v1::Distribution::kNormal: ReadMoments("normal", wire.normal()); break;
      case v1::Distribution::kLogNormal: ReadMoments("log_normal", wire.log_normal()); break;
      case v1::Distribution::kBeta: ReadShapes("beta", wire.beta()); break;
      case v1::Distribution::kQUniform:
        ReadBounds("q_uniform", wire.q_uniform());
        ReadStep(wire.q_uniform());
        break;
      case v1::Distribution::kQLogUniformValues:
        ReadBounds("q_log_uniform_values", wire.q_log_uniform_values());
        ReadStep(wire.q_log_uniform_values());
        break;
      case v1::Distribution::kQNormal:
        ReadMoments("q_normal", wire.q_normal());
        ReadStep(wire.q_normal());
        break;
      case v1::Distribution::kQLogNormal:
        ReadMoments("q_log_normal", wire.q_log_normal());
        ReadStep(wire.q_log_normal());
        break;
      case v1::Distribution::kQBeta:
        ReadShapes("q_beta", wire.q_beta());
        ReadStep(wire.q_beta());
        break;
      case v1::Distribution::kGroup:
        Give(draft_.parameters,
             ParametersFromWire(wire.group().parameters(), absl::StrCat(path_, ".parameters"), found_));
        break;
      case v1::Distribution::KIND_NOT_SET: draft_.is_partial = true; found_.Report({}, path_, "has no distribution");
    }
    return std::move(draft_);
  }

 private:
  void ReadConstant(const v1::Distribution::Constant& wire) {
    Name("constant");
    ReadValue(wire.value(), "value", [this](Value value) { Give(draft_.value, std::move(value)); });
  }

  template <class Law>
  void ReadValues(const char* distribution, const Law& wire) {
    Name(distribution);
    std::vector<Value> values;
    for (int i = 0; i < wire.values_size(); ++i) {
      ReadValue(wire.values(i), absl::StrCat("values[", i, "]"),
                [&values](Value value) { values.push_back(std::move(value)); });
    }
    Give(draft_.values, std::move(values));
  }

  void ReadWeighted(const v1::Distribution::WeightedCategorical& wire) {
    ReadValues("categorical_w_probabilities", wire);
    Give(draft_.probabilities, {wire.probabilities().begin(), wire.probabilities().end()});
  }

  template <class Law>
  void ReadBounds(const char* distribution, const Law& law) {
    Name(distribution);
    Give(draft_.min, Value(law.min()));
    Give(draft_.max, Value(law.max()));
  }

  template <class Law>
  void ReadMoments(const char* distribution, const Law& law) {
    Name(distribution);
    if (law.has_mu()) Give(draft_.mu, Value(law.mu()));
    if (law.has_sigma()) Give(draft_.sigma, Value(law.sigma()));
  }

  template <class Law>
  void ReadShapes(const char* distribution, const Law& law) {
    Name(distribution);
    if (law.has_a()) Give(draft_.a, Value(law.a()));
    if (law.has_b()) Give(draft_.b, Value(law.b()));
  }

  template <class Law>
  void ReadStep(const Law& law) {
    Give(draft_.q, Value(law.q()));
    draft_.integral = law.integral();
  }

  void ReadWhen(const v1::Distribution& wire) {
    if (wire.when().empty()) return;
    std::vector<ConditionDraft> conditions;
    for (const v1::Condition& condition : wire.when()) {
      ConditionDraft& draft = conditions.emplace_back(ConditionDraft{condition.parameter(), {}, {}, {}});
      for (const v1::Value& value : condition.values()) {
        ReadValue(value, absl::StrCat("when.", condition.parameter()),
                  [&draft](Value read) { draft.values.push_back(std::move(read)); });
      }
    }
    Give(draft_.when, std::move(conditions));
  }

  void Name(const char* distribution) { Give(draft_.distribution, std::string(distribution)); }

  template <class Take>
  void ReadValue(const v1::Value& wire, const std::string& key, Take take) {
    absl::StatusOr<Value> value = ValueFromWire(wire);
    if (value.ok()) return take(*std::move(value));
    draft_.is_partial = true;
    found_.Report({}, absl::StrCat(path_, ".", key), value.status().message());
  }

  ParameterDraft draft_;
  std::string path_;
  ProblemList& found_;
};

}  // namespace

std::vector<ParameterDraft> ParametersFromWire(const WireParameters& wire, const std::string& path,
                                               ProblemList& found) {
  std::vector<ParameterDraft> parameters;
  for (const auto& [name, distribution] : wire) {
    parameters.push_back(ParameterReader(name, absl::StrCat(path, ".", name), found).Read(distribution));
  }
  return parameters;
}

}  // namespace sweepd
