#include "server/strategy/gp/acquisition.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sweepd::gp {
namespace {

const double kLogSqrtTwoPi = 0.5 * std::log(2.0 * std::numbers::pi);

// Where the sum phi + z Phi still keeps 13 digits, and where the continued fraction has reached its first term.
constexpr double kDirectFrom = -5;
constexpr double kAsymptoticBelow = -1e8;
// Terms of the continued fraction: 30 give 15 digits from |z| = 5 on.
constexpr int kFractionTerms = 30;

double MillsFraction(double x) {
  double tail = x;
  for (int k = kFractionTerms; k >= 2; --k) tail = x + k / tail;
  return 1.0 / tail;
}

}  // namespace

LogImprovement LogExpectedImprovement(double z) {
  if (z >= kDirectFrom) {
    const double density = std::exp(-0.5 * z * z - kLogSqrtTwoPi);
    const double probability = 0.5 * std::erfc(-z / std::numbers::sqrt2);
    const double improvement = density + z * probability;
    return {std::log(improvement), probability / improvement};
  }
  const double x = -z;
  const double c = z >= kAsymptoticBelow ? MillsFraction(x) : 1.0 / x;
  // With R = 1/(x + c): the slope Phi / (phi + z Phi) = R / (1 - x R) = 1 / c.
  return {-0.5 * z * z - kLogSqrtTwoPi + std::log(c / (x + c)), 1.0 / c};
}

AcquisitionValue Evaluate(const Acquisition& acquisition, double mean, double variance) {
  const double deviation = std::sqrt(std::max(variance, kMinVariance));
  const double deviation_slope = variance > kMinVariance ? 0.5 / deviation : 0.0;
  if (acquisition.kind == Acquisition::Kind::kLowerConfidenceBound) {
    return {acquisition.kappa * deviation - mean, -1.0, acquisition.kappa * deviation_slope};
  }
  const double z = (acquisition.incumbent - mean) / deviation;
  const LogImprovement improvement = LogExpectedImprovement(z);
  return {improvement.value + std::log(deviation), -improvement.slope / deviation,
          (1.0 - improvement.slope * z) / deviation * deviation_slope};
}

}  // namespace sweepd::gp
