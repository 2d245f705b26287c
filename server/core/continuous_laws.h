// The continuous laws as functions of a real number: quantile, distribution function, bounds. Laws are valid unless it
// is said otherwise. Implementation of distribution.h and of stepped_laws.h.
#pragma once

#include "absl/status/status.h"
#include "server/core/laws.h"

namespace sweepd::laws {

// The numbers a law can give: min <= x <= max. Infinite where a law has no bound, although every draw is finite.
struct Bounds {
  double min;
  double max;
};

Bounds BoundsOf(const Uniform& law);
Bounds BoundsOf(const LogUniformValues& law);
Bounds BoundsOf(const Normal& law);
Bounds BoundsOf(const LogNormal& law);
Bounds BoundsOf(const Beta& law);

// The number at u in [0, 1): finite and inside the bounds. Where a law has no lowest number, u below 2^-54 counts as
// 2^-54, half of the smallest that Rng::NextUnit tells from 0.
double Quantile(const Uniform& law, double u);
double Quantile(const LogUniformValues& law, double u);
double Quantile(const Normal& law, double u);
double Quantile(const LogNormal& law, double u);
double Quantile(const Beta& law, double u);

// The distribution function at x inside the bounds, in [0, 1].
double Cdf(const Uniform& law, double x);
double Cdf(const LogUniformValues& law, double x);
double Cdf(const Normal& law, double x);
double Cdf(const LogNormal& law, double x);
double Cdf(const Beta& law, double x);

// INVALID_ARGUMENT that says which rule of laws.h is broken. Any law may be given.
absl::Status Validate(const Uniform& law);
absl::Status Validate(const LogUniformValues& law);
absl::Status Validate(const Normal& law);
absl::Status Validate(const LogNormal& law);
absl::Status Validate(const Beta& law);

}  // namespace sweepd::laws
