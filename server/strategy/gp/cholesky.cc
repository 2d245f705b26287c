#include "server/strategy/gp/cholesky.h"

#include <Eigen/Cholesky>

namespace sweepd::gp {
namespace {

// Below this size a plain triangular solve is faster than recursion.
constexpr Eigen::Index kDirectInverse = 32;

void InvertLowerInPlace(Eigen::Ref<Eigen::MatrixXd> block) {
  const Eigen::Index n = block.rows();
  if (n <= kDirectInverse) {
    const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(n, n);
    block = block.triangularView<Eigen::Lower>().solve(identity).eval();
    return;
  }
  // [A 0; B C]^-1 = [A^-1 0; -C^-1 B A^-1 C^-1].
  const Eigen::Index half = n / 2;
  InvertLowerInPlace(block.topLeftCorner(half, half));
  InvertLowerInPlace(block.bottomRightCorner(n - half, n - half));
  const Eigen::MatrixXd product =
      block.bottomLeftCorner(n - half, half) * block.topLeftCorner(half, half).triangularView<Eigen::Lower>();
  block.bottomLeftCorner(n - half, half).noalias() =
      block.bottomRightCorner(n - half, n - half).triangularView<Eigen::Lower>() * (-product);
}

}  // namespace

std::optional<CholeskyFactor> FactorWithJitter(const Eigen::MatrixXd& matrix) {
  if (matrix.rows() == 0) return CholeskyFactor{matrix, 0};
  if (!matrix.allFinite()) return std::nullopt;
  const double scale = matrix.diagonal().mean();
  for (double rung = 0; rung <= kLastJitter * 1.5; rung = rung == 0 ? kFirstJitter : rung * 10) {
    const double jitter = rung * scale;
    Eigen::MatrixXd shifted = matrix;
    shifted.diagonal().array() += jitter;
    const Eigen::LLT<Eigen::MatrixXd> factor(shifted);
    if (factor.info() == Eigen::Success) return CholeskyFactor{factor.matrixL(), jitter};
  }
  return std::nullopt;
}

Eigen::MatrixXd InvertLower(const Eigen::MatrixXd& lower) {
  Eigen::MatrixXd inverse = lower;
  InvertLowerInPlace(inverse);
  return inverse;
}

Eigen::MatrixXd InverseFromLowerInverse(const Eigen::MatrixXd& lower_inverse) {
  const Eigen::Index n = lower_inverse.rows();
  Eigen::MatrixXd inverse = Eigen::MatrixXd::Zero(n, n);
  inverse.selfadjointView<Eigen::Lower>().rankUpdate(lower_inverse.transpose());
  inverse.triangularView<Eigen::StrictlyUpper>() = inverse.transpose();
  return inverse;
}

}  // namespace sweepd::gp
