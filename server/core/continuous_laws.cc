#include "server/core/continuous_laws.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/quantile.h"
#include "common/status_macros.h"
#include "server/core/plain_number.h"

namespace sweepd::laws {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLargest = std::numeric_limits<double>::max();
constexpr double kSmallest = std::numeric_limits<double>::denorm_min();

// A standard normal number at u.
double StandardNormal(double u) { return NormalQuantile(std::max(u, 0x1p-54)); }

absl::Status CheckOrder(double min, double max) {
  if (!std::isfinite(min) || !std::isfinite(max))
    return absl::InvalidArgumentError("min and max must be finite numbers");
  if (min < max) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("min must be less than max, but min is ", PlainNumber(min), " and max is ", PlainNumber(max)));
}

absl::Status CheckMoments(double mu, double sigma) {
  if (!std::isfinite(mu)) return absl::InvalidArgumentError("mu must be a finite number");
  if (std::isfinite(sigma) && sigma > 0) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("sigma must be greater than 0, but is ", PlainNumber(sigma)));
}

absl::Status CheckShape(absl::string_view name, double shape) {
  if (!(shape > 0)) {
    return absl::InvalidArgumentError(absl::StrCat(name, " must be greater than 0, but is ", PlainNumber(shape)));
  }
  if (shape >= kLeastBetaShape && shape <= kMostBetaShape) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(name, " must be between 0.001 and 1000000, but is ", PlainNumber(shape)));
}

}  // namespace

Bounds BoundsOf(const Uniform& law) { return {law.min, law.max}; }
Bounds BoundsOf(const LogUniformValues& law) { return {law.min, law.max}; }
Bounds BoundsOf(const Normal&) { return {-kInfinity, kInfinity}; }
Bounds BoundsOf(const LogNormal&) { return {kSmallest, kInfinity}; }
Bounds BoundsOf(const Beta&) { return {0, 1}; }

double Quantile(const Uniform& law, double u) {
  return std::clamp(law.min * (1.0 - u) + law.max * u, law.min, law.max);
}

double Quantile(const LogUniformValues& law, double u) {
  const double low = std::log(law.min);
  const double high = std::log(law.max);
  return std::clamp(std::exp(low + u * (high - low)), law.min, law.max);
}

double Quantile(const Normal& law, double u) {
  return std::clamp(law.mu + law.sigma * StandardNormal(u), -kLargest, kLargest);
}

double Quantile(const LogNormal& law, double u) {
  return std::clamp(std::exp(law.mu + law.sigma * StandardNormal(u)), kSmallest, kLargest);
}

double Quantile(const Beta& law, double u) { return BetaQuantile(law.a, law.b, u); }

double Cdf(const Uniform& law, double x) {
  const double width = law.max - law.min;
  if (std::isfinite(width)) return (x - law.min) / width;
  // The difference of two huge bounds overflows; halves of tiny ones would vanish.
  return (x / 2 - law.min / 2) / (law.max / 2 - law.min / 2);
}

double Cdf(const LogUniformValues& law, double x) {
  const double width = std::log(law.max) - std::log(law.min);
  // Neighbouring numbers may have the same logarithm.
  return width > 0 ? (std::log(x) - std::log(law.min)) / width : (x - law.min) / (law.max - law.min);
}

double Cdf(const Normal& law, double x) { return NormalCdf((x - law.mu) / law.sigma); }

double Cdf(const LogNormal& law, double x) { return NormalCdf((std::log(x) - law.mu) / law.sigma); }

double Cdf(const Beta& law, double x) { return BetaCdf(law.a, law.b, x); }

absl::Status Validate(const Uniform& law) { return CheckOrder(law.min, law.max); }

absl::Status Validate(const LogUniformValues& law) {
  RETURN_IF_ERROR(CheckOrder(law.min, law.max));
  if (law.min > 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("min must be greater than 0 on a logarithmic scale, but is ", PlainNumber(law.min)));
}

absl::Status Validate(const Normal& law) { return CheckMoments(law.mu, law.sigma); }

absl::Status Validate(const LogNormal& law) { return CheckMoments(law.mu, law.sigma); }

absl::Status Validate(const Beta& law) {
  RETURN_IF_ERROR(CheckShape("a", law.a));
  return CheckShape("b", law.b);
}

}  // namespace sweepd::laws
