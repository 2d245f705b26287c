// What a candidate is worth under the model: log expected improvement, or an optimistic bound. Labels are minimised,
// acquisitions are maximised.
#pragma once

#include <Eigen/Core>

namespace sweepd::gp {

// log(phi(z) + z Phi(z)): the logarithm of the expected improvement of a unit normal by z standard deviations, and its
// derivative Phi(z) / (phi(z) + z Phi(z)). Accurate to a relative error of about 1e-12 for any finite z.
//
// Three branches as in Ament et al. 2023 (arXiv:2310.20708): direct where nothing cancels; below, where the sum is
// phi(z) (1 - |z| R(|z|)) with Mills' ratio R, its continued fraction R(x) = 1/(x + c(x)), c(x) = 1/(x + 2/(x + 3/(x +
// ...))), which turns the difference into c / (x + c) without cancellation (where the paper uses log1mexp of erfcx);
// and the limit c -> 1/x far out, where z^2 swamps everything else.
struct LogImprovement {
  double value = 0;
  double slope = 0;
};
LogImprovement LogExpectedImprovement(double z);

// log Phi(z), the logarithm of the normal distribution function, and its derivative phi(z) / Phi(z). As accurate.
LogImprovement LogNormalProbability(double z);

// With the probability that a trial does not fail, where the model has a second output for it: 1 for a failed trial and
// 0 for any other, a value from which a normal variate crosses 1/2 with that probability. Its logarithm is added.
struct Acquisition {
  enum class Kind {
    kLogExpectedImprovement,  // log E[max(0, incumbent - f)]
    kLowerConfidenceBound,    // -(mean - kappa sd)
  };
  Kind kind = Kind::kLogExpectedImprovement;
  double incumbent = 0;         // the label to improve on; only for expected improvement
  double kappa = 1.8;           // only for the confidence bound
  double failure_variance = 0;  // p (1 - p) of the share of failed trials p; only with a second output
};

// The value for the posterior means, one per output, and the variance, with its derivatives by them. The variance is
// kept above kMinVariance, so that everything is finite.
struct AcquisitionValue {
  double value = 0;
  Eigen::VectorXd mean_slope;
  double variance_slope = 0;
};
inline constexpr double kMinVariance = 1e-14;
AcquisitionValue Evaluate(const Acquisition& acquisition, const Eigen::VectorXd& means, double variance);

}  // namespace sweepd::gp
