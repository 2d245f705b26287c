#include "server/strategy/gp/kernel.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/strategy/gp/training_sets.h"

namespace sweepd::gp {
namespace {

Eigen::MatrixXd Scalar(double x) { return Eigen::MatrixXd::Constant(1, 1, x); }

TEST(Kernel, MeasuresSquaredDistancesBetweenColumns) {
  const Eigen::MatrixXd a = UniformPoints(4, 5, 1);
  const Eigen::MatrixXd b = UniformPoints(4, 3, 2);
  const Eigen::MatrixXd distances = SquaredDistances(a, b);
  for (Eigen::Index i = 0; i < 5; ++i) {
    for (Eigen::Index j = 0; j < 3; ++j) {
      EXPECT_NEAR(distances(i, j), (a.col(i) - b.col(j)).squaredNorm(), 1e-14);
    }
  }
}

TEST(Kernel, NeverMeasuresANegativeDistance) {
  const Eigen::MatrixXd far = UniformPoints(4, 50, 1).array() + 1e6;
  EXPECT_GE(SquaredDistances(far, far).minCoeff(), 0.0);
}

TEST(Kernel, IsTheMatern52Function) {
  EXPECT_DOUBLE_EQ(Matern52(Scalar(0), 2.5)(0, 0), 2.5);
  for (const double r : {0.01, 0.5, 1.0, 3.0}) {
    const double a = std::sqrt(5.0) * r;
    EXPECT_NEAR(Matern52(Scalar(r * r), 2.0)(0, 0), 2.0 * (1 + a + a * a / 3) * std::exp(-a), 1e-15) << r;
  }
  EXPECT_EQ(Matern52(Scalar(1e10), 1.0)(0, 0), 0.0);
}

TEST(Kernel, HasTheSlopeOfItsCentralDifferences) {
  for (const double squared : {0.02, 0.3, 1.0, 7.0}) {
    const double h = 1e-6 * squared;
    const double difference =
        (Matern52(Scalar(squared + h), 1.3)(0, 0) - Matern52(Scalar(squared - h), 1.3)(0, 0)) / (2 * h);
    const Matern52Slope kernel = Matern52WithSlope(Scalar(squared), 1.3);
    EXPECT_NEAR(kernel.slope(0, 0), difference, 1e-8);
    EXPECT_EQ(kernel.value, Matern52(Scalar(squared), 1.3));
  }
  EXPECT_DOUBLE_EQ(Matern52WithSlope(Scalar(0), 1.2).slope(0, 0), -1.0);
}

}  // namespace
}  // namespace sweepd::gp
