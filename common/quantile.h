// Quantiles and distribution functions of the normal and the beta law, by Boost.Math, to about the last digits of a
// double. Pure; they neither throw nor set errno.
#pragma once

namespace sweepd {

// The standard normal law: Phi^-1(p) for p in (0, 1), and Phi(x).
double NormalQuantile(double p);
double NormalCdf(double x);

// The beta law on [0, 1] with a and b between kLeastBetaShape and kMostBetaShape: its quantile for p in [0, 1], and its
// distribution function I_x(a, b) for x in [0, 1]. A quantile within 1e-8 of 1 has the precision that doubles have
// there.
inline constexpr double kLeastBetaShape = 1e-3;
inline constexpr double kMostBetaShape = 1e6;
double BetaQuantile(double a, double b, double p);
double BetaCdf(double a, double b, double x);

}  // namespace sweepd
