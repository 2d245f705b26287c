#include "server/core/distribution.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace sweepd {
namespace {

// Multiples of q that lie inside [min, max]: first and last factor. A bound that is a multiple up to rounding counts
// as one (0.3 is a multiple of 0.1).
struct MultipleRange {
  double first;
  double last;
};

MultipleRange MultiplesInside(const QUniform& law) {
  constexpr double kTolerance = 1e-9;
  const double low = law.min / law.q;
  const double high = law.max / law.q;
  return {std::ceil(low - kTolerance * std::max(1.0, std::abs(low))),
          std::floor(high + kTolerance * std::max(1.0, std::abs(high)))};
}

// The number with the fewest rounding traces: 15 digits hold every decimal fraction people write.
double RoundToDecimal(double number) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), number, std::chars_format::general, 15);
  double rounded = number;
  std::from_chars(buffer, end, rounded);
  return rounded;
}

Value MultipleOf(const QUniform& law, double factor) {
  if (law.integral) return Value(static_cast<int64_t>(factor) * static_cast<int64_t>(law.q));
  // 3 * 0.1 is 0.30000000000000004. Beyond 10^12 the digits are needed to tell neighbours apart.
  const bool is_decimal = RoundToDecimal(law.q) == law.q && std::abs(factor) < 1e12;
  const double multiple = factor * law.q + 0.0;  // never -0.0
  return Value(std::clamp(is_decimal ? RoundToDecimal(multiple) : multiple, law.min, law.max));
}

uint64_t Width(const IntUniform& law) { return static_cast<uint64_t>(law.max) - static_cast<uint64_t>(law.min) + 1; }

// Index of the cell of u among n equal ones.
uint64_t CellOf(double u, uint64_t n) {
  const auto cell = static_cast<uint64_t>(u * static_cast<double>(n));
  return std::min(cell, n - 1);
}

double CellCentre(uint64_t index, uint64_t n) { return (static_cast<double>(index) + 0.5) / static_cast<double>(n); }

absl::Status CheckFinite(double min, double max) {
  if (!std::isfinite(min) || !std::isfinite(max))
    return absl::InvalidArgumentError("min and max must be finite numbers");
  if (!(min < max)) {
    return absl::InvalidArgumentError(
        absl::StrCat("min must be less than max, but min is ", FormatDouble(min), " and max is ", FormatDouble(max)));
  }
  return absl::OkStatus();
}

// Whole numbers up to 2^53 are exact as floating-point numbers, and their multiples inside the bounds fit an integer.
absl::Status CheckIntegral(const QUniform& law) {
  for (const double number : {law.min, law.max, law.q}) {
    if (number != std::floor(number) || std::abs(number) > 0x1p53) {
      return absl::InvalidArgumentError(absl::StrCat(
          "integer steps need whole min, max and q between -2^53 and 2^53, but one is ", FormatDouble(number)));
    }
  }
  return absl::OkStatus();
}

absl::Status OutsideDomain(const Value& value, const Distribution& distribution) {
  return absl::InvalidArgumentError(
      absl::StrCat(ToJson(value), " is outside the domain of this ", DistributionName(distribution), " parameter"));
}

// An integer, or a floating-point number that equals one.
std::optional<int64_t> WholeNumber(const Value& value) {
  if (value.is_int()) return value.as_int();
  if (!value.is_double()) return std::nullopt;
  const double number = value.as_double();
  if (number != std::floor(number) || number < -0x1p63 || number >= 0x1p63) return std::nullopt;
  return static_cast<int64_t>(number);
}

struct Validator {
  absl::Status operator()(const Constant&) const { return absl::OkStatus(); }

  absl::Status operator()(const Categorical& law) const {
    if (law.values.empty()) return absl::InvalidArgumentError("values must hold at least one value");
    std::set<std::string> seen;
    for (const Value& value : law.values) {
      if (!seen.insert(GridKey(value)).second) {
        return absl::InvalidArgumentError(absl::StrCat("values holds ", ToJson(value), " twice"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const IntUniform& law) const {
    if (law.min < law.max) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("min must be less than max, but min is ", law.min, " and max is ", law.max));
  }

  absl::Status operator()(const Uniform& law) const { return CheckFinite(law.min, law.max); }

  absl::Status operator()(const LogUniformValues& law) const {
    RETURN_IF_ERROR(CheckFinite(law.min, law.max));
    if (law.min > 0) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("min must be greater than 0 on a logarithmic scale, but is ", FormatDouble(law.min)));
  }

  absl::Status operator()(const QUniform& law) const {
    RETURN_IF_ERROR(CheckFinite(law.min, law.max));
    if (!std::isfinite(law.q) || !(law.q > 0)) {
      return absl::InvalidArgumentError(absl::StrCat("q must be greater than 0, but is ", FormatDouble(law.q)));
    }
    if (law.integral) RETURN_IF_ERROR(CheckIntegral(law));
    const auto [first, last] = MultiplesInside(law);
    if (first > last) {
      return absl::InvalidArgumentError(absl::StrCat("no multiple of q = ", FormatDouble(law.q), " lies between ",
                                                     FormatDouble(law.min), " and ", FormatDouble(law.max)));
    }
    // Beyond 2^53 neighbouring factors are no longer distinct floating-point numbers.
    if (std::max(std::abs(first), std::abs(last)) > 0x1p53) {
      return absl::InvalidArgumentError("q is too small for these bounds: more than 2^53 steps");
    }
    return absl::OkStatus();
  }
};

struct Sampler {
  double u;

  Value operator()(const Constant& law) const { return law.value; }
  Value operator()(const Categorical& law) const { return law.values[CellOf(u, law.values.size())]; }
  Value operator()(const IntUniform& law) const {
    // The whole range of int64 has 2^64 values, which Width cannot hold.
    const uint64_t width = Width(law);
    const double span = width == 0 ? 0x1p64 : static_cast<double>(width);
    const double cell = std::min(std::floor(u * span), std::nextafter(0x1p64, 0.0));
    const uint64_t offset = std::min(static_cast<uint64_t>(cell), width - 1);
    return Value(static_cast<int64_t>(static_cast<uint64_t>(law.min) + offset));
  }
  Value operator()(const Uniform& law) const {
    return Value(std::clamp(law.min * (1.0 - u) + law.max * u, law.min, law.max));
  }
  Value operator()(const LogUniformValues& law) const {
    const double low = std::log(law.min);
    const double high = std::log(law.max);
    return Value(std::clamp(std::exp(low + u * (high - low)), law.min, law.max));
  }
  Value operator()(const QUniform& law) const {
    const auto [first, last] = MultiplesInside(law);
    const double x = law.min * (1.0 - u) + law.max * u;
    return MultipleOf(law, std::clamp(std::round(x / law.q), first, last));
  }
};

}  // namespace

absl::string_view DistributionName(const Distribution& distribution) {
  constexpr absl::string_view kNames[] = {"constant", "categorical",        "int_uniform",
                                          "uniform",  "log_uniform_values", "q_uniform"};
  return kNames[distribution.index()];
}

absl::Status ValidateDistribution(const Distribution& distribution) { return std::visit(Validator{}, distribution); }

Value ValueAt(const Distribution& distribution, double u) { return std::visit(Sampler{u}, distribution); }

absl::StatusOr<double> UnitOf(const Distribution& distribution, const Value& value) {
  const absl::Status outside = OutsideDomain(value, distribution);
  if (const auto* law = std::get_if<Constant>(&distribution)) {
    if (!SameGridValue(law->value, value)) return outside;
    return 0.5;
  }
  if (const auto* law = std::get_if<Categorical>(&distribution)) {
    for (size_t i = 0; i < law->values.size(); ++i) {
      if (SameGridValue(law->values[i], value)) return CellCentre(i, law->values.size());
    }
    return outside;
  }
  if (!value.is_number()) return outside;
  const double x = value.as_double();
  if (const auto* law = std::get_if<IntUniform>(&distribution)) {
    const std::optional<int64_t> whole = WholeNumber(value);
    if (!whole.has_value() || *whole < law->min || *whole > law->max) return outside;
    const double width = static_cast<double>(law->max) - static_cast<double>(law->min) + 1;
    return (x - static_cast<double>(law->min) + 0.5) / width;
  }
  if (const auto* law = std::get_if<QUniform>(&distribution)) {
    const auto [first, last] = MultiplesInside(*law);
    const double factor = std::round(x / law->q);
    if (factor < first || factor > last || std::abs(x - factor * law->q) > 1e-9 * std::max(law->q, std::abs(x))) {
      return outside;
    }
    // All cells are equally wide for the model, also the two at the ends, which sampling hits half as often.
    return (factor - first + 0.5) / (last - first + 1);
  }
  if (const auto* law = std::get_if<LogUniformValues>(&distribution)) {
    if (!(x >= law->min && x <= law->max)) return outside;
    return (std::log(x) - std::log(law->min)) / (std::log(law->max) - std::log(law->min));
  }
  const auto& law = std::get<Uniform>(distribution);
  if (!(x >= law.min && x <= law.max)) return outside;
  // Halved first, so that the difference of two huge bounds does not overflow.
  return (x / 2 - law.min / 2) / (law.max / 2 - law.min / 2);
}

std::optional<uint64_t> ValueCount(const Distribution& distribution) {
  if (std::holds_alternative<Constant>(distribution)) return 1;
  if (const auto* law = std::get_if<Categorical>(&distribution)) return law->values.size();
  if (const auto* law = std::get_if<IntUniform>(&distribution)) {
    const uint64_t width = Width(*law);
    return width == 0 ? std::numeric_limits<uint64_t>::max() : width;
  }
  if (const auto* law = std::get_if<QUniform>(&distribution)) {
    const auto [first, last] = MultiplesInside(*law);
    return static_cast<uint64_t>(last - first) + 1;
  }
  return std::nullopt;
}

Value NthValue(const Distribution& distribution, uint64_t index) {
  if (const auto* law = std::get_if<Categorical>(&distribution)) return law->values[index];
  if (const auto* law = std::get_if<IntUniform>(&distribution)) {
    return Value(static_cast<int64_t>(static_cast<uint64_t>(law->min) + index));
  }
  if (const auto* law = std::get_if<QUniform>(&distribution)) {
    return MultipleOf(*law, MultiplesInside(*law).first + static_cast<double>(index));
  }
  return std::get<Constant>(distribution).value;
}

bool SameGridValue(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return GridKey(a) == GridKey(b);
  return a == b;
}

std::string GridKey(const Value& value) {
  const std::optional<int64_t> whole = WholeNumber(value);
  if (whole.has_value()) return absl::StrCat(*whole);
  return ToJson(value);
}

}  // namespace sweepd
