// From objectives as reported to the labels a Gaussian process models well.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

namespace sweepd::gp {

// Labels to minimise, one per objective, always finite and of moderate size. nullopt when the objectives cannot be
// modelled: fewer than two distinct finite ones.
//
// `objectives` are minimised; nullopt, NaN and infinities mark failed trials. Any finite double is fine, 1e300 and
// denormals included. Three steps:
//
// 1. The worse half gives way to half-ranks, so that a few terrible values do not flatten the rest. With m the median
// of
//    the finite values and sigma the root mean square of u - m over the unique values u <= m, a value above m whose
//    unique rank from the worst is r (1: the worst) becomes m - sigma Phi^-1(0.5 (r - 0.5) / D), D the number of unique
//    values above m, plus 0.5 where m itself occurs. The good half is untouched. (The half-rank warp of Google Vizier's
//    Gaussian-process bandit, Song et al. 2024, arXiv:2408.11527.)
// 2. Standardised to mean 0 and variance 1.
// 3. Failed trials stay out of both and become worst + range / 2 + 1: clearly bad, and no cliff (Vizier's rule for
//    infeasible trials). A constant shift is left to the model's mean.
std::optional<Eigen::VectorXd> TransformLabels(const std::vector<std::optional<double>>& objectives);

}  // namespace sweepd::gp
