#include "server/spec/validate_parameter.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "server/spec/law_builder.h"
#include "server/spec/parameter_shape.h"

namespace sweepd {
namespace {

// Checks one parameter; its methods report at most once for each mistake.
class ParameterCheck {
 public:
  ParameterCheck(const ParameterDraft& draft, const std::string& path, ProblemList& found)
      : draft_(draft), path_(path), found_(found) {}

  const Shape* FindShape() {
    if (draft_.distribution.is_given()) return ShapeByName();
    const Shape* shape = InferShape(draft_);
    if (shape == nullptr && !draft_.is_partial) ReportNoShape();
    return shape;
  }

  // Whether exactly the keys of the shape are given, those with a default aside.
  bool CheckKeys(const Shape& shape) {
    bool are_ours = true;
    unsigned given = 0;
    for (const GivenKey& key : KeysOf(draft_)) {
      given |= key.key;
      if (shape.has(key.key)) continue;
      are_ours = false;
      found_.Report(key.place, absl::StrCat(path_, ".", key.name),
                    absl::StrCat(key.name, " does not belong to the distribution ", shape.name),
                    ForeignKeyHint(shape, key.key));
    }
    const std::vector<absl::string_view> missing = KeyNames(shape.required & ~given);
    // A foreign key's hint tells them already.
    if (!missing.empty() && are_ours && !draft_.is_partial) {
      found_.Report(draft_.place, path_, absl::StrCat(shape.name, " needs ", absl::StrJoin(missing, " and ")));
    }
    return are_ours && missing.empty();
  }

  void RefuseInGrid(const Distribution& law, const Shape& shape) {
    if (const auto* weighted = std::get_if<WeightedCategorical>(&law)) {
      return found_.Report(draft_.place, path_, "grid tries every value once, so probabilities mean nothing to it",
                           absl::StrCat("write only values: ", ShortText(ToJson(Value(weighted->values)))));
    }
    const bool is_continuous = !absl::StartsWith(shape.name, "q_");
    found_.Report(
        draft_.place, path_,
        is_continuous
            ? absl::StrCat("grid needs a finite number of values, but ", shape.name, " is continuous")
            : absl::StrCat("grid takes constant, categorical, int_uniform and q_uniform, but not ", shape.name),
        absl::StrCat("write for example values: [", absl::StrJoin(SomeValues(law), ", "), "]", StepHint(law)));
  }

 private:
  static std::vector<absl::string_view> KeyNames(unsigned keys) {
    std::vector<absl::string_view> names;
    for (unsigned key = 1; key <= kQKey; key <<= 1) {
      if ((keys & key) != 0) names.push_back(ShapeKeyName(static_cast<ShapeKey>(key)));
    }
    return names;
  }

  const Shape* ShapeByName() {
    if (!draft_.distribution.value.has_value()) return nullptr;
    const std::string& name = *draft_.distribution.value;
    const Shape* shape = FindShapeNamed(name);
    if (shape != nullptr) return shape;
    const std::string guess = DidYouMean(name, ShapeNames());
    found_.Report(draft_.distribution.place, absl::StrCat(path_, ".distribution"),
                  absl::StrCat("there is no distribution \"", ShortText(name), "\""),
                  guess.empty() ? absl::StrCat("use ", JoinAlternatives(ShapeNames())) : guess);
    return nullptr;
  }

  void ReportNoShape() {
    const auto report = [this](absl::string_view message, absl::string_view hint) {
      found_.Report(draft_.place, path_, message, hint);
    };
    if (draft_.mu.is_given() || draft_.sigma.is_given()) {
      return report("mu and sigma belong to several distributions", "add distribution: normal or log_normal");
    }
    if (draft_.a.is_given() || draft_.b.is_given()) {
      return report("a and b do not name their distribution", "add distribution: beta");
    }
    if (draft_.probabilities.is_given()) return report("probabilities need values", "add values: [...]");
    report(draft_.q.is_given() ? "q needs min and max" : "says nothing about its values",
           "give value, values, or min and max");
  }

  std::string ForeignKeyHint(const Shape& shape, ShapeKey key) const {
    if (key == kQKey && FindShapeNamed(absl::StrCat("q_", shape.name)) != nullptr) {
      return absl::StrCat("use distribution: q_", shape.name);
    }
    if (key == kProbabilitiesKey && shape.name == "categorical") {
      return "use distribution: categorical_w_probabilities";
    }
    if (key == kQKey && shape.name == "int_uniform") return "use distribution: q_uniform";
    if (!draft_.distribution.is_given()) return "give value, or values, or min and max";
    return absl::StrCat(shape.name, " takes ", absl::StrJoin(KeyNames(shape.required | shape.optional), ", "));
  }

  static std::vector<std::string> SomeValues(const Distribution& law) {
    const bool has_bounds = std::holds_alternative<Uniform>(law) || std::holds_alternative<LogUniformValues>(law);
    std::vector<std::string> values;
    for (const double u : {has_bounds ? 0.0 : 0.05, 0.25, 0.5, 0.75, has_bounds ? 1.0 : 0.95}) {
      std::string text = absl::StrFormat("%.3g", ValueAt(law, u).as_double());
      if (values.empty() || values.back() != text) values.push_back(std::move(text));
    }
    return values;
  }

  std::string StepHint(const Distribution& law) const {
    const auto* uniform = std::get_if<Uniform>(&law);
    if (uniform == nullptr) return "";
    if (draft_.min.value->is_int() && draft_.max.value->is_int()) return ", or use distribution: int_uniform";
    return absl::StrCat(", or add a step such as q: ", absl::StrFormat("%.3g", uniform->max / 10 - uniform->min / 10),
                        draft_.distribution.is_given() ? " with distribution: q_uniform" : "");
  }

  const ParameterDraft& draft_;
  const std::string& path_;
  ProblemList& found_;
};

bool IsForGrid(const Distribution& law) {
  return std::holds_alternative<Constant>(law) || std::holds_alternative<Categorical>(law) ||
         std::holds_alternative<IntUniform>(law) || std::holds_alternative<QUniform>(law);
}

}  // namespace

std::optional<Distribution> ValidateParameter(const ParameterDraft& draft, const std::string& path,
                                              std::optional<Method> method, ProblemList& found) {
  ParameterCheck check(draft, path, found);
  const Shape* shape = check.FindShape();
  if (shape == nullptr || !check.CheckKeys(*shape)) return std::nullopt;
  std::optional<Distribution> law = BuildLaw(draft, *shape, path, found);
  if (!law.has_value()) return std::nullopt;
  if (method == Method::kGrid && !IsForGrid(*law)) {
    check.RefuseInGrid(*law, *shape);
    return std::nullopt;
  }
  return law;
}

void ValidateGroupKeys(const ParameterDraft& draft, const std::string& path, ProblemList& found) {
  const auto report = [&](Place place, absl::string_view key) {
    found.Report(place, absl::StrCat(path, ".", key), absl::StrCat(key, " does not belong to a group of parameters"),
                 "a parameter has either values or nested parameters");
  };
  if (draft.distribution.is_given()) report(draft.distribution.key_place, "distribution");
  for (const GivenKey& key : KeysOf(draft)) report(key.place, key.name);
}

}  // namespace sweepd
