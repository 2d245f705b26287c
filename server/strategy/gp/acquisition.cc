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

// Variance of the failure indicator that no model explains away: no place is certain.
constexpr double kFailureNoise = 0.02;

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

LogImprovement LogNormalProbability(double z) {
  if (z >= kDirectFrom) {
    const double probability = 0.5 * std::erfc(-z / std::numbers::sqrt2);
    return {std::log(probability), std::exp(-0.5 * z * z - kLogSqrtTwoPi) / probability};
  }
  // Phi(z) = phi(z) R with R = 1/(x + c).
  const double x = -z;
  const double sum = x + (z >= kAsymptoticBelow ? MillsFraction(x) : 1.0 / x);
  return {-0.5 * z * z - kLogSqrtTwoPi - std::log(sum), sum};
}

AcquisitionValue Evaluate(const Acquisition& acquisition, const Eigen::VectorXd& means, double variance) {
  const double bounded = std::max(variance, kMinVariance);
  const double deviation = std::sqrt(bounded);
  const double by_variance = variance > kMinVariance ? 1.0 : 0.0;
  AcquisitionValue result{0, Eigen::VectorXd::Zero(means.size()), 0};
  if (acquisition.kind == Acquisition::Kind::kLowerConfidenceBound) {
    result.value = acquisition.kappa * deviation - means[0];
    result.mean_slope[0] = -1.0;
    result.variance_slope = 0.5 * acquisition.kappa / deviation;
  } else {
    const double z = (acquisition.incumbent - means[0]) / deviation;
    const LogImprovement improvement = LogExpectedImprovement(z);
    result.value = improvement.value + std::log(deviation);
    result.mean_slope[0] = -improvement.slope / deviation;
    result.variance_slope = 0.5 * (1.0 - improvement.slope * z) / bounded;
  }
  if (means.size() > 1) {
    const double spread = std::sqrt(acquisition.failure_variance * bounded + kFailureNoise);
    const double z = (0.5 - means[1]) / spread;
    const LogImprovement feasible = LogNormalProbability(z);
    result.value += feasible.value;
    result.mean_slope[1] = -feasible.slope / spread;
    result.variance_slope -= 0.5 * feasible.slope * z * acquisition.failure_variance / (spread * spread);
  }
  result.variance_slope *= by_variance;
  return result;
}

}  // namespace sweepd::gp
