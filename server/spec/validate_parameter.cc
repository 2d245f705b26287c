#include "server/spec/validate_parameter.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "server/core/search_space.h"

namespace sweepd {
namespace {

// A distribution by its name in the file, and the keys that belong to it.
struct Shape {
  absl::string_view name;
  bool has_value = false;
  bool has_values = false;
  bool has_bounds = false;
  bool has_q = false;
};

constexpr Shape kShapes[] = {
    {"constant", /*has_value=*/true},
    {"categorical", false, /*has_values=*/true},
    {"int_uniform", false, false, /*has_bounds=*/true},
    {"uniform", false, false, /*has_bounds=*/true},
    {"log_uniform_values", false, false, /*has_bounds=*/true},
    {"q_uniform", false, false, /*has_bounds=*/true, /*has_q=*/true},
};

constexpr absl::string_view kLaterShapes[] = {"categorical_w_probabilities",
                                              "inv_log_uniform_values",
                                              "log_uniform",
                                              "inv_log_uniform",
                                              "normal",
                                              "log_normal",
                                              "beta",
                                              "q_log_uniform",
                                              "q_log_uniform_values",
                                              "q_normal",
                                              "q_log_normal",
                                              "q_beta"};

const Shape& ShapeNamed(absl::string_view name) {
  return *std::find_if(std::begin(kShapes), std::end(kShapes),
                       [name](const Shape& shape) { return shape.name == name; });
}

// Checks one parameter; its methods report at most once for each mistake.
class ParameterCheck {
 public:
  ParameterCheck(const ParameterDraft& draft, ProblemList& found)
      : draft_(draft), path_(absl::StrCat("parameters.", draft.name)), found_(found) {}

  void CheckName() {
    if (IsParameterName(draft_.name)) return;
    found_.Report(draft_.place, path_, "this is not a parameter name",
                  "use letters, digits, '_', '.' and '-', and begin with a letter or '_'");
  }

  const Shape* FindShape() {
    if (draft_.distribution.is_given()) return ShapeByName();
    if (draft_.value.is_given()) return &ShapeNamed("constant");
    if (draft_.values.is_given()) return &ShapeNamed("categorical");
    if (draft_.min.is_given() || draft_.max.is_given()) return &ShapeOfBounds();
    if (draft_.is_partial) return nullptr;
    found_.Report(draft_.place, path_, draft_.q.is_given() ? "q needs min and max" : "says nothing about its values",
                  "give value, values, or min and max");
    return nullptr;
  }

  // Whether exactly the keys of the shape are given (q has a default).
  bool CheckKeys(const Shape& shape) {
    bool are_ours = CheckForeign(shape, draft_.value, "value", shape.has_value);
    are_ours = CheckForeign(shape, draft_.values, "values", shape.has_values) && are_ours;
    are_ours = CheckForeign(shape, draft_.min, "min", shape.has_bounds) && are_ours;
    are_ours = CheckForeign(shape, draft_.max, "max", shape.has_bounds) && are_ours;
    are_ours = CheckForeign(shape, draft_.q, "q", shape.has_q) && are_ours;
    std::vector<std::string> missing;
    if (shape.has_value && !draft_.value.is_given()) missing.emplace_back("value");
    if (shape.has_values && !draft_.values.is_given()) missing.emplace_back("values");
    if (shape.has_bounds && !draft_.min.is_given()) missing.emplace_back("min");
    if (shape.has_bounds && !draft_.max.is_given()) missing.emplace_back("max");
    if (!missing.empty() && !draft_.is_partial) {
      found_.Report(draft_.place, path_, absl::StrCat(shape.name, " needs ", absl::StrJoin(missing, " and ")));
    }
    return are_ours && missing.empty();
  }

  // The distribution, checked; nullopt after a report. The keys of the shape are given.
  std::optional<Distribution> Build(const Shape& shape) {
    std::optional<Distribution> law = Assemble(shape);
    if (!law.has_value()) return std::nullopt;
    if (absl::Status status = ValidateDistribution(*law); !status.ok()) {
      ReportRule(*law, status);
      return std::nullopt;
    }
    return law;
  }

  void RefuseInGrid(const Distribution& law) {
    const std::string message =
        absl::StrCat("grid needs a finite number of values, but ", DistributionName(law), " is continuous");
    std::vector<std::string> values;
    for (const double u : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      values.push_back(absl::StrFormat("%.3g", ValueAt(law, u).as_double()));
    }
    std::string hint = absl::StrCat("write for example values: [", absl::StrJoin(values, ", "), "]");
    if (const auto* uniform = std::get_if<Uniform>(&law)) {
      const double step = uniform->max / 10 - uniform->min / 10;
      absl::StrAppend(&hint, ", or add a step such as q: ", absl::StrFormat("%.3g", step),
                      draft_.distribution.is_given() ? " with distribution: q_uniform" : "");
    }
    found_.Report(draft_.place, path_, message, std::move(hint));
  }

 private:
  const Shape* ShapeByName() {
    if (!draft_.distribution.value.has_value()) return nullptr;
    const std::string& name = *draft_.distribution.value;
    std::vector<std::string> names;
    for (const Shape& shape : kShapes) {
      if (shape.name == name) return &shape;
      names.emplace_back(shape.name);
    }
    const std::string path = absl::StrCat(path_, ".distribution");
    if (std::find(std::begin(kLaterShapes), std::end(kLaterShapes), name) != std::end(kLaterShapes)) {
      found_.Report(draft_.distribution.place, path,
                    absl::StrCat("the distribution ", name, " is not supported by this version of sweepd"),
                    absl::StrCat("use ", JoinAlternatives(names)));
      return nullptr;
    }
    std::vector<std::string> all = names;
    for (const absl::string_view later : kLaterShapes) all.emplace_back(later);
    const std::string guess = DidYouMean(name, all);
    found_.Report(draft_.distribution.place, path, absl::StrCat("there is no distribution \"", name, "\""),
                  guess.empty() ? absl::StrCat("use ", JoinAlternatives(names)) : guess);
    return nullptr;
  }

  const Shape& ShapeOfBounds() const {
    if (draft_.q.is_given()) return ShapeNamed("q_uniform");
    const auto is_integer = [](const Field<Value>& field) { return field.value.has_value() && field.value->is_int(); };
    return ShapeNamed(is_integer(draft_.min) && is_integer(draft_.max) ? "int_uniform" : "uniform");
  }

  template <class T>
  bool CheckForeign(const Shape& shape, const Field<T>& field, absl::string_view key, bool belongs) {
    if (belongs || !field.is_given()) return true;
    std::string hint;
    if (key == "q") {
      if (shape.has_bounds) hint = "use distribution: q_uniform";
    } else if (!draft_.distribution.is_given()) {
      hint = "give value, or values, or min and max";
    }
    found_.Report(field.key_place, absl::StrCat(path_, ".", key),
                  absl::StrCat(key, " does not belong to the distribution ", shape.name), std::move(hint));
    return false;
  }

  std::optional<Distribution> Assemble(const Shape& shape) {
    if (shape.has_value) return Use(draft_.value, [](const Value& value) { return Constant{value}; });
    if (shape.has_values) return Use(draft_.values, [this](const auto& values) { return DistinctValues(values); });
    if (!draft_.min.value.has_value() || !draft_.max.value.has_value()) return std::nullopt;
    const Value& min = *draft_.min.value;
    const Value& max = *draft_.max.value;
    if (shape.name == "int_uniform") {
      const std::optional<int64_t> low = Whole(draft_.min, "min");
      const std::optional<int64_t> high = Whole(draft_.max, "max");
      if (!low.has_value() || !high.has_value()) return std::nullopt;
      return IntUniform{*low, *high};
    }
    if (shape.name == "uniform") return Uniform{min.as_double(), max.as_double()};
    if (shape.name == "log_uniform_values") return LogUniformValues{min.as_double(), max.as_double()};
    if (draft_.q.is_faulty) return std::nullopt;
    const Value q = draft_.q.value.value_or(Value(1));
    const bool are_integers = min.is_int() && max.is_int() && q.is_int();
    return QUniform{min.as_double(), max.as_double(), q.as_double(), draft_.integral.value_or(are_integers)};
  }

  template <class T, class Make>
  static std::optional<Distribution> Use(const Field<T>& field, Make make) {
    if (!field.value.has_value()) return std::nullopt;
    return Distribution(make(*field.value));
  }

  // Equal values are one value, which is what a grid needs; that the author wrote two is worth a warning.
  Categorical DistinctValues(const std::vector<Value>& values) {
    Categorical law;
    std::set<std::string> seen;
    for (size_t i = 0; i < values.size(); ++i) {
      if (seen.insert(GridKey(values[i])).second) {
        law.values.push_back(values[i]);
        continue;
      }
      found_.Warn(i < draft_.value_places.size() ? draft_.value_places[i] : draft_.values.place,
                  absl::StrCat(path_, ".values[", i, "]"),
                  absl::StrCat(ShortText(ToJson(values[i])), " equals an earlier value and is left out"));
    }
    return law;
  }

  std::optional<int64_t> Whole(const Field<Value>& field, absl::string_view key) {
    if (field.value->is_int()) return field.value->as_int();
    const double number = field.value->as_double();
    const bool is_whole = number == std::floor(number) && std::abs(number) < 0x1p53;
    found_.Report(field.place, absl::StrCat(path_, ".", key),
                  absl::StrCat("must be an integer for int_uniform, but is ", FormatDouble(number)),
                  is_whole ? absl::StrCat("write ", static_cast<int64_t>(number)) : "use distribution: uniform");
    return std::nullopt;
  }

  // Places a broken rule of core at the key that breaks it.
  void ReportRule(const Distribution& law, const absl::Status& status) {
    if (std::holds_alternative<Categorical>(law)) {
      return found_.Report(draft_.values.place, absl::StrCat(path_, ".values"), std::string(status.message()));
    }
    const double min = draft_.min.value->as_double();
    const double max = draft_.max.value->as_double();
    if (!(min < max)) {
      const bool are_equal = min == max;
      return found_.Report(draft_.min.place, absl::StrCat(path_, ".min"), std::string(status.message()),
                           are_equal ? absl::StrCat("for one fixed value write value: ", ToJson(*draft_.min.value))
                                     : "swap min and max");
    }
    if (std::holds_alternative<LogUniformValues>(law)) {
      return found_.Report(draft_.min.place, absl::StrCat(path_, ".min"), std::string(status.message()),
                           min < 0 ? "min and max are the values themselves, not exponents" : "for example 1e-6");
    }
    const bool has_q = draft_.q.is_given();
    found_.Report(has_q ? draft_.q.place : draft_.place, absl::StrCat(path_, ".q"), std::string(status.message()),
                  has_q ? "" : "q is 1 when it is not given");
  }

  const ParameterDraft& draft_;
  std::string path_;
  ProblemList& found_;
};

}  // namespace

std::optional<Distribution> ValidateParameter(const ParameterDraft& draft, std::optional<Method> method,
                                              ProblemList& found) {
  ParameterCheck check(draft, found);
  check.CheckName();
  const Shape* shape = check.FindShape();
  if (shape == nullptr || !check.CheckKeys(*shape)) return std::nullopt;
  std::optional<Distribution> law = check.Build(*shape);
  if (!law.has_value()) return std::nullopt;
  if (method == Method::kGrid && !ValueCount(*law).has_value()) {
    check.RefuseInGrid(*law);
    return std::nullopt;
  }
  return law;
}

}  // namespace sweepd
