#include "server/spec/law_builder.h"

#include <cmath>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/core/plain_number.h"
#include "server/spec/category_builder.h"

namespace sweepd {
namespace {

class LawBuilder {
 public:
  LawBuilder(const ParameterDraft& draft, const Shape& shape, const std::string& path, ProblemList& found)
      : draft_(draft), shape_(shape), path_(path), found_(found) {}

  std::optional<Distribution> Build() {
    std::optional<Distribution> law = Assemble();
    if (!law.has_value()) return std::nullopt;
    if (absl::Status status = ValidateDistribution(*law); !status.ok()) {
      ReportRule(status.message());
      return std::nullopt;
    }
    if (!shape_.plainer.empty()) WarnOfExponents(*law);
    return law;
  }

 private:
  std::optional<Distribution> Assemble() {
    if (shape_.has(kValueKey)) {
      if (!draft_.value.value.has_value()) return std::nullopt;
      return Constant{*draft_.value.value};
    }
    if (shape_.has(kValuesKey)) return BuildCategories(draft_, shape_.has(kProbabilitiesKey), path_, found_);
    if (IsFaulty()) return std::nullopt;
    if (shape_.name == "int_uniform") return Integers();
    if (shape_.has(kMinKey) && !CheckOrder()) return std::nullopt;
    const Normal moments{Number(draft_.mu, 0), Number(draft_.sigma, 1)};
    const Beta shapes{Number(draft_.a, 1), Number(draft_.b, 1)};
    const Uniform bounds{Number(draft_.min, 0), Number(draft_.max, 0)};
    if (shape_.name == "uniform") return bounds;
    if (shape_.name == "normal") return moments;
    if (shape_.name == "log_normal") return LogNormal{moments.mu, moments.sigma};
    if (shape_.name == "beta") return shapes;
    if (shape_.name == "q_uniform") return Step(bounds);
    if (shape_.name == "q_normal") return Step(moments);
    if (shape_.name == "q_log_normal") return Step(LogNormal{moments.mu, moments.sigma});
    if (shape_.name == "q_beta") return Step(shapes);
    return shape_.has(kQKey) ? Distribution(Step(LogBounds(bounds))) : LogBounds(bounds);
  }

  // Whether a number is there but could not be read.
  bool IsFaulty() const {
    for (const Field<Value>* field :
         {&draft_.min, &draft_.max, &draft_.mu, &draft_.sigma, &draft_.a, &draft_.b, &draft_.q}) {
      if (field->is_faulty) return true;
    }
    return false;
  }

  static double Number(const Field<Value>& field, double otherwise) {
    return field.value.has_value() ? field.value->as_double() : otherwise;
  }

  // Here, and not after exponents have become values, for the author must find the numbers that are meant.
  bool CheckOrder() {
    const Value& min = *draft_.min.value;
    const Value& max = *draft_.max.value;
    if (min.as_double() < max.as_double()) return true;
    found_.Report(draft_.min.place, absl::StrCat(path_, ".min"),
                  absl::StrCat("min must be less than max, but min is ", ToJson(min), " and max is ", ToJson(max)),
                  OrderHint());
    return false;
  }

  std::string OrderHint() const {
    const double min = draft_.min.value->as_double();
    if (min != draft_.max.value->as_double()) return "swap min and max";
    if (shape_.plainer.empty()) return absl::StrCat("for one fixed value write value: ", ToJson(*draft_.min.value));
    return "for one fixed value write value";
  }

  std::optional<Distribution> Integers() {
    const std::optional<int64_t> low = Whole(draft_.min, "min");
    const std::optional<int64_t> high = Whole(draft_.max, "max");
    if (!low.has_value() || !high.has_value() || !CheckOrder()) return std::nullopt;
    return IntUniform{*low, *high};
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

  // The bounds as values, whether they were written so or as exponents.
  LogUniformValues LogBounds(const Uniform& bounds) const {
    if (shape_.name == "inv_log_uniform") return {std::exp(-bounds.max), std::exp(-bounds.min)};
    if (!shape_.plainer.empty()) return {std::exp(bounds.min), std::exp(bounds.max)};
    return {bounds.min, bounds.max};
  }

  // Whole steps between whole bounds give integers. Exponents are no bounds of the values.
  template <class Base>
  Stepped<Base> Step(const Base& base) const {
    const auto is_integer = [](const Field<Value>& field) { return !field.value.has_value() || field.value->is_int(); };
    const bool has_bounds = shape_.plainer.empty();
    const bool are_integers =
        is_integer(draft_.q) && (!has_bounds || (is_integer(draft_.min) && is_integer(draft_.max)));
    return {base, Number(draft_.q, 1), draft_.integral.value_or(are_integers)};
  }

  void WarnOfExponents(const Distribution& law) {
    const auto* stepped = std::get_if<QLogUniformValues>(&law);
    const LogUniformValues& values = stepped != nullptr ? stepped->base : std::get<LogUniformValues>(law);
    found_.Warn(draft_.distribution.place, absl::StrCat(path_, ".distribution"),
                absl::StrCat("min and max of ", shape_.name, " are exponents: the values go from ",
                             PlainNumber(values.min), " to ", PlainNumber(values.max)),
                absl::StrCat(shape_.plainer, " takes the values themselves"));
  }

  // Places a broken rule of core at the key that breaks it, which its message begins with.
  void ReportRule(absl::string_view message) {
    const auto report = [&](const auto& field, absl::string_view key, std::string hint) {
      found_.Report(field.is_given() ? field.place : draft_.place, absl::StrCat(path_, ".", key), message,
                    std::move(hint));
    };
    const absl::string_view first = message.substr(0, message.find(' '));
    if (shape_.has(kValuesKey)) return report(draft_.values, "values", "");
    if (!shape_.plainer.empty() && first == "min") {
      const bool is_max = std::abs(Number(draft_.max, 0)) > std::abs(Number(draft_.min, 0));
      return report(is_max ? draft_.max : draft_.min, is_max ? "max" : "min",
                    absl::StrCat(shape_.name, " takes exponents, and beyond 700 they give no finite numbers; ",
                                 shape_.plainer, " takes the values"));
    }
    if (first == "min") {
      const bool is_negative = draft_.min.value->as_double() < 0;
      return report(draft_.min, "min",
                    is_negative ? "min and max are the values themselves, not exponents" : "for example 1e-6");
    }
    if (first == "sigma") return report(draft_.sigma, "sigma", "");
    if (first == "a") return report(draft_.a, "a", "");
    if (first == "b") return report(draft_.b, "b", "");
    report(draft_.q, "q", !draft_.q.is_given() ? "q is 1 when it is not given" : StepHint(message));
  }

  static std::string StepHint(absl::string_view message) {
    if (absl::StartsWith(message, "no multiple")) return "make q smaller, or move min or max";
    return absl::StartsWith(message, "q is too small") ? "make q larger" : "";
  }

  const ParameterDraft& draft_;
  const Shape& shape_;
  const std::string& path_;
  ProblemList& found_;
};

}  // namespace

std::optional<Distribution> BuildLaw(const ParameterDraft& draft, const Shape& shape, const std::string& path,
                                     ProblemList& found) {
  return LawBuilder(draft, shape, path, found).Build();
}

}  // namespace sweepd
