#include "common/quantile.h"

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace sweepd {
namespace {

using boost::math::policies::domain_error;
using boost::math::policies::ignore_error;

// Boost's default is to throw, and to compute in long double.
using Quiet = boost::math::policies::policy<
    domain_error<ignore_error>, boost::math::policies::pole_error<ignore_error>,
    boost::math::policies::overflow_error<ignore_error>, boost::math::policies::underflow_error<ignore_error>,
    boost::math::policies::denorm_error<ignore_error>, boost::math::policies::evaluation_error<ignore_error>,
    boost::math::policies::promote_double<false>>;

// The quantile by halving the interval, for the few arguments where Boost's iteration goes astray.
double HalveToQuantile(double a, double b, double p) {
  double low = 0;
  double high = 1;
  for (double middle = 0.5; low < middle && middle < high; middle = std::midpoint(low, high)) {
    (BetaCdf(a, b, middle) < p ? low : high) = middle;
  }
  return high;
}

}  // namespace

double NormalQuantile(double p) { return -std::numbers::sqrt2 * boost::math::erfc_inv(2.0 * p, Quiet()); }

double NormalCdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

double BetaQuantile(double a, double b, double p) {
  constexpr double kTolerance = 1e-6;  // above what rounding x near 1 does to the distribution function
  if (p <= 0 || p >= 1) return p <= 0 ? 0 : 1;
  constexpr double kLeast = std::numeric_limits<double>::min();
  if (BetaCdf(a, b, kLeast) >= p) return 0;  // a small a puts much weight below the smallest numbers
  const double x = boost::math::ibeta_inv(a, b, p, Quiet());
  if (x >= 0 && x <= 1 && std::abs(BetaCdf(a, b, x) - p) <= kTolerance) return x;
  return HalveToQuantile(a, b, p);
}

double BetaCdf(double a, double b, double x) { return boost::math::ibeta(a, b, x, Quiet()); }

}  // namespace sweepd
