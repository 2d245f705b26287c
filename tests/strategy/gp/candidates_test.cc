#include "server/strategy/gp/candidates.h"

#include <gtest/gtest.h>

#include <set>

namespace sweepd::gp {
namespace {

using Kind = Dimension::Kind;

Domain Mixed() { return Domain({{Kind::kContinuous, 0}, {Kind::kOrdinal, 1000000}, {Kind::kCategorical, 3}}); }

void ExpectPointsOf(const Domain& domain, const Eigen::MatrixXd& points) {
  for (const auto& point : points.colwise()) EXPECT_EQ(domain.Snap(point), point);
}

TEST(Candidates, ArePointsOfTheDomain) {
  Rng rng(1, 1);
  ExpectPointsOf(Mixed(), SpreadPoints(Mixed(), {}, 100, rng));
  ExpectPointsOf(Mixed(), NeighbourPoints(Mixed(), {}, SpreadPoints(Mixed(), {}, 3, rng), 100, rng));
}

TEST(Candidates, MoveAwayFromTheirCentreByShrinkingSteps) {
  const Domain domain({{Kind::kContinuous, 0}, {Kind::kContinuous, 0}});
  Rng rng(1, 1);
  const Eigen::MatrixXd points = NeighbourPoints(domain, {}, Eigen::MatrixXd::Constant(2, 1, 0.5), 400, rng);
  const Eigen::VectorXd distances = (points.array() - 0.5).matrix().colwise().norm().transpose();
  EXPECT_GT(distances.minCoeff(), 0.0);
  EXPECT_GT(distances.head(100).mean(), 20 * distances.tail(100).mean());
}

TEST(Candidates, MoveAnOrdinalCoordinateByAtLeastOneCell) {
  const Domain domain({{Kind::kOrdinal, 3}});
  Rng rng(1, 1);
  const Eigen::MatrixXd points = NeighbourPoints(domain, {}, Eigen::MatrixXd::Constant(1, 1, 0.5), 50, rng);
  EXPECT_TRUE((points.array() != 0.5).all());
}

TEST(Candidates, StayInsideWhenTheCentreIsACorner) {
  const Domain domain({{Kind::kContinuous, 0}, {Kind::kContinuous, 0}});
  Rng rng(1, 1);
  const Eigen::MatrixXd points = NeighbourPoints(domain, {}, Eigen::Vector2d(0, 1), 300, rng);
  EXPECT_GE(points.minCoeff(), 0.0);
  EXPECT_LE(points.maxCoeff(), 1.0);
}

TEST(Candidates, StayInsideTheRegion) {
  const Domain domain({{Kind::kContinuous, 0}, {Kind::kOrdinal, 1000}, {Kind::kCategorical, 3}});
  const Region region{Eigen::Vector3d(0.2, 0.5, 0), Eigen::Vector3d(0.3, 0.6, 1)};
  Rng rng(1, 1);
  const Eigen::MatrixXd spread = SpreadPoints(domain, region, 200, rng);
  const Eigen::MatrixXd near = NeighbourPoints(domain, region, spread.leftCols(3), 200, rng);
  for (const Eigen::MatrixXd& points : {spread, near}) {
    ExpectPointsOf(domain, points);
    EXPECT_GE(points.row(0).minCoeff(), 0.2);
    EXPECT_LE(points.row(0).maxCoeff(), 0.3);
    EXPECT_GE(points.row(1).minCoeff(), 0.499);
    EXPECT_LE(points.row(1).maxCoeff(), 0.601);
    EXPECT_LT(points.row(2).minCoeff(), points.row(2).maxCoeff());
  }
}

TEST(Candidates, GiveCoordinatesThatBecomeActiveAPlace) {
  const Domain domain({{Kind::kCategorical, 2}, {Kind::kContinuous, 0, {{0, {1}}}}});
  Rng rng(1, 1);
  const Eigen::MatrixXd points = NeighbourPoints(domain, {}, Eigen::Vector2d(0.25, kAbsent), 200, rng);
  ExpectPointsOf(domain, points);
  std::set<double> places;
  for (const auto& point : points.colwise()) {
    EXPECT_EQ(point[1] == kAbsent, point[0] == 0.25);
    places.insert(point[1]);
  }
  EXPECT_GT(places.size(), 20u);
}

}  // namespace
}  // namespace sweepd::gp
