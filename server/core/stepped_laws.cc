#include "server/core/stepped_laws.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "absl/strings/str_cat.h"
#include "server/core/plain_number.h"

namespace sweepd::laws {
namespace {

// Beyond 2^53 neighbouring whole numbers are no longer distinct as floating-point numbers.
constexpr double kMostSteps = 0x1p53;
constexpr double kTolerance = 1e-9;

// The number with the fewest rounding traces: 15 digits hold every decimal fraction people write.
double RoundToDecimal(double number) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), number, std::chars_format::general, 15);
  double rounded = number;
  std::from_chars(buffer, end, rounded);
  return rounded;
}

// The largest factor where there is no bound.
double MostFactor(double q, bool integral) {
  if (integral) return std::max(1.0, std::floor(kMostSteps / q));
  return std::min(kMostSteps, std::floor(std::numeric_limits<double>::max() / q));
}

}  // namespace

Steps::Steps(Bounds bounds, double q, bool integral) : bounds_(bounds), q_(q), integral_(integral) {
  const double low = bounds.min / q;
  const double high = bounds.max / q;
  const double most = MostFactor(q, integral);
  first_ = std::isinf(bounds.min) ? -most : std::ceil(low - kTolerance * std::max(1.0, std::abs(low)));
  last_ = std::isinf(bounds.max) ? most : std::floor(high + kTolerance * std::max(1.0, std::abs(high)));
}

Value Steps::Multiple(double factor) const {
  if (integral_) return Value(static_cast<int64_t>(factor) * static_cast<int64_t>(q_));
  // 3 * 0.1 is 0.30000000000000004. Beyond 10^12 the digits are needed to tell neighbours apart.
  const bool is_decimal = RoundToDecimal(q_) == q_ && std::abs(factor) < 1e12;
  const double multiple = factor * q_ + 0.0;  // never -0.0
  return Value(std::clamp(is_decimal ? RoundToDecimal(multiple) : multiple, bounds_.min, bounds_.max));
}

std::optional<double> Steps::FactorOf(const Value& value) const {
  if (!value.is_number()) return std::nullopt;
  const double x = value.as_double();
  const double factor = std::round(x / q_);
  if (!(factor >= first_ && factor <= last_)) return std::nullopt;
  if (std::abs(x - factor * q_) > kTolerance * std::max(q_, std::abs(x))) return std::nullopt;
  return factor;
}

std::optional<uint64_t> Steps::Count() const {
  if (std::isinf(bounds_.min) || std::isinf(bounds_.max)) return std::nullopt;
  return static_cast<uint64_t>(last_ - first_) + 1;
}

absl::Status Steps::Check() const {
  if (!std::isfinite(q_) || !(q_ > 0)) {
    return absl::InvalidArgumentError(absl::StrCat("q must be greater than 0, but is ", PlainNumber(q_)));
  }
  if (integral_ && q_ != std::floor(q_)) {
    return absl::InvalidArgumentError(absl::StrCat("integer values need a whole q, but q is ", PlainNumber(q_)));
  }
  if (first_ > last_) {
    return absl::InvalidArgumentError(absl::StrCat("no multiple of q = ", PlainNumber(q_), " lies between ",
                                                   PlainNumber(bounds_.min), " and ", PlainNumber(bounds_.max)));
  }
  // A quotient beyond every number makes both of them NaN, which compares with nothing.
  const double most = std::max(std::abs(first_), std::abs(last_));
  if (!(most <= kMostSteps)) return absl::InvalidArgumentError("q is too small for these bounds: more than 2^53 steps");
  if (integral_ && most * q_ > kMostSteps) {
    return absl::InvalidArgumentError("integer values must lie between -2^53 and 2^53");
  }
  return absl::OkStatus();
}

}  // namespace sweepd::laws
