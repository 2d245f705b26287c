#include "server/strategy/gp/candidates.h"

#include <gtest/gtest.h>

namespace sweepd::gp {
namespace {

using Kind = Dimension::Kind;

Domain Mixed() { return Domain({{Kind::kContinuous, 0}, {Kind::kOrdinal, 1000000}, {Kind::kCategorical, 3}}); }

void ExpectPointsOf(const Domain& domain, const Eigen::MatrixXd& points) {
  for (const auto& point : points.colwise()) EXPECT_EQ(domain.Snap(point), point);
}

TEST(Candidates, ArePointsOfTheDomain) {
  Rng rng(1, 1);
  ExpectPointsOf(Mixed(), SpreadPoints(Mixed(), 100, rng));
  ExpectPointsOf(Mixed(), NeighbourPoints(Mixed(), SpreadPoints(Mixed(), 3, rng), 100, rng));
}

TEST(Candidates, MoveAwayFromTheirCentreByShrinkingSteps) {
  const Domain domain({{Kind::kContinuous, 0}, {Kind::kContinuous, 0}});
  Rng rng(1, 1);
  const Eigen::MatrixXd points = NeighbourPoints(domain, Eigen::MatrixXd::Constant(2, 1, 0.5), 400, rng);
  const Eigen::VectorXd distances = (points.array() - 0.5).matrix().colwise().norm().transpose();
  EXPECT_GT(distances.minCoeff(), 0.0);
  EXPECT_GT(distances.head(100).mean(), 20 * distances.tail(100).mean());
}

TEST(Candidates, MoveAnOrdinalCoordinateByAtLeastOneCell) {
  const Domain domain({{Kind::kOrdinal, 3}});
  Rng rng(1, 1);
  const Eigen::MatrixXd points = NeighbourPoints(domain, Eigen::MatrixXd::Constant(1, 1, 0.5), 50, rng);
  EXPECT_TRUE((points.array() != 0.5).all());
}

TEST(Candidates, StayInsideWhenTheCentreIsACorner) {
  const Domain domain({{Kind::kContinuous, 0}, {Kind::kContinuous, 0}});
  Rng rng(1, 1);
  const Eigen::MatrixXd points = NeighbourPoints(domain, Eigen::Vector2d(0, 1), 300, rng);
  EXPECT_GE(points.minCoeff(), 0.0);
  EXPECT_LE(points.maxCoeff(), 1.0);
}

}  // namespace
}  // namespace sweepd::gp
