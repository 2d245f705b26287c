// A choice of observations that stands for many.
#pragma once

#include <Eigen/Core>
#include <vector>

namespace sweepd::gp {

// Indices, ascending, of at most `size` of the n columns of `features` (d x n, scaled by the length scales): a quarter
// the best (smallest labels), a quarter those nearest to the best one, and the rest by farthest-first choice, each the
// one whose nearest chosen one is the farthest away, so that the whole space stays known. All when n <= size.
// Deterministic; O(n size d).
std::vector<Eigen::Index> ChooseActiveSet(const Eigen::MatrixXd& features, const Eigen::VectorXd& labels,
                                          Eigen::Index size);

}  // namespace sweepd::gp
