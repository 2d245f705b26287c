// Cholesky factors that survive nearly singular matrices, and their inverses.
#pragma once

#include <Eigen/Core>
#include <optional>

namespace sweepd::gp {

// The rungs of the ladder, as fractions of the mean of the diagonal: 0, then kFirstJitter times powers of ten up to
// kLastJitter.
inline constexpr double kFirstJitter = 1e-10;
inline constexpr double kLastJitter = 1e-4;

struct CholeskyFactor {
  Eigen::MatrixXd lower;  // L L' = matrix + jitter I; zero above the diagonal
  double jitter = 0;      // what had to be added to the diagonal

  // log det(L L').
  double LogDeterminant() const { return 2.0 * lower.diagonal().array().log().sum(); }
};

// Factors a symmetric matrix, of which the lower triangle is read, with the least jitter of the ladder that works.
// nullopt when the last rung fails too, or when the matrix holds NaN or infinities. O(n^3).
std::optional<CholeskyFactor> FactorWithJitter(const Eigen::MatrixXd& matrix);

// L^-1 of a lower triangular L with a non-zero diagonal, by halves: (n^3)/3 operations in matrix products, where
// solving against the identity takes three times as many.
Eigen::MatrixXd InvertLower(const Eigen::MatrixXd& lower);

// (L L')^-1 from L^-1: symmetric, both triangles filled.
Eigen::MatrixXd InverseFromLowerInverse(const Eigen::MatrixXd& lower_inverse);

}  // namespace sweepd::gp
