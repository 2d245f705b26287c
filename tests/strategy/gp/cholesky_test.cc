#include "server/strategy/gp/cholesky.h"

#include <gtest/gtest.h>

#include <limits>

#include "server/strategy/gp/kernel.h"
#include "tests/strategy/gp/training_sets.h"

namespace sweepd::gp {
namespace {

Eigen::MatrixXd Covariance(const Eigen::MatrixXd& points) { return Matern52(SquaredDistances(points, points), 1.0); }

TEST(Cholesky, AddsNoJitterToAWellConditionedMatrix) {
  Eigen::MatrixXd matrix = Covariance(UniformPoints(3, 60, 1));
  matrix.diagonal().array() += 0.1;
  const auto factor = FactorWithJitter(matrix);
  ASSERT_TRUE(factor.has_value());
  EXPECT_EQ(factor->jitter, 0.0);
  EXPECT_LT((factor->lower * factor->lower.transpose() - matrix).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_TRUE(factor->lower.isLowerTriangular());
}

TEST(Cholesky, ClimbsTheJitterLadderOnDuplicatedPointsAndStaysWithinIt) {
  Eigen::MatrixXd points = UniformPoints(2, 40, 1);
  points.rightCols(20) = points.leftCols(20);
  const auto factor = FactorWithJitter(Covariance(points));
  ASSERT_TRUE(factor.has_value());
  EXPECT_GT(factor->jitter, 0.0);
  EXPECT_LE(factor->jitter, 1e-8);
}

TEST(Cholesky, GivesUpOnAMatrixBeyondTheLadder) {
  Eigen::MatrixXd indefinite = Eigen::MatrixXd::Identity(3, 3);
  indefinite(2, 2) = -0.5;
  EXPECT_FALSE(FactorWithJitter(indefinite).has_value());
  indefinite(2, 2) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(FactorWithJitter(indefinite).has_value());
}

TEST(Cholesky, KnowsTheLogDeterminant) {
  const Eigen::MatrixXd matrix = Eigen::Vector3d(2, 3, 0.5).asDiagonal();
  EXPECT_NEAR(FactorWithJitter(matrix)->LogDeterminant(), std::log(3.0), 1e-15);
}

TEST(Cholesky, InvertsTriangularMatricesOfAnySize) {
  for (const Eigen::Index n : {1, 2, 31, 32, 33, 65, 130, 201}) {
    Eigen::MatrixXd matrix = Covariance(UniformPoints(3, n, 4));
    matrix.diagonal().array() += 0.05;
    const auto factor = FactorWithJitter(matrix);
    const Eigen::MatrixXd inverse = InvertLower(factor->lower);
    EXPECT_LT((inverse * factor->lower - Eigen::MatrixXd::Identity(n, n)).cwiseAbs().maxCoeff(), 1e-11) << n;
    const Eigen::MatrixXd full = InverseFromLowerInverse(inverse);
    EXPECT_LT((full * matrix - Eigen::MatrixXd::Identity(n, n)).cwiseAbs().maxCoeff(), 1e-10) << n;
    EXPECT_EQ(full, full.transpose());
  }
}

}  // namespace
}  // namespace sweepd::gp
