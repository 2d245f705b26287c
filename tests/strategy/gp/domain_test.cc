#include "server/strategy/gp/domain.h"

#include <gtest/gtest.h>

#include <limits>

namespace sweepd::gp {
namespace {

using Kind = Dimension::Kind;

TEST(Domain, CountsThePointsOfAFiniteProduct) {
  EXPECT_EQ(Domain({{Kind::kOrdinal, 3}, {Kind::kCategorical, 4}}).PointCount(), 12u);
  EXPECT_EQ(Domain({}).PointCount(), 1u);
  EXPECT_EQ(Domain({{Kind::kOrdinal, 3}, {Kind::kContinuous, 0}}).PointCount(), std::nullopt);
  EXPECT_EQ(Domain({{Kind::kOrdinal, uint64_t{1} << 40}, {Kind::kOrdinal, uint64_t{1} << 40}}).PointCount(),
            std::numeric_limits<uint64_t>::max());
}

TEST(Domain, EnumeratesPointsWithTheLastDimensionFastest) {
  const Domain domain({{Kind::kOrdinal, 2}, {Kind::kCategorical, 4}});
  EXPECT_EQ(domain.PointAt(0), Eigen::Vector2d(0.25, 0.125));
  EXPECT_EQ(domain.PointAt(1), Eigen::Vector2d(0.25, 0.375));
  EXPECT_EQ(domain.PointAt(7), Eigen::Vector2d(0.75, 0.875));
}

TEST(Domain, SnapsDiscreteCoordinatesToCellCentresAndClampsContinuousOnes) {
  const Domain domain({{Kind::kContinuous, 0}, {Kind::kOrdinal, 4}, {Kind::kCategorical, 2}});
  EXPECT_EQ(domain.Snap(Eigen::Vector3d(1.5, 0.3, 0.49)), Eigen::Vector3d(1, 0.375, 0.25));
  EXPECT_EQ(domain.Snap(Eigen::Vector3d(0.123, 1.0, -3)), Eigen::Vector3d(0.123, 0.875, 0.25));
}

TEST(Domain, PutsAnyTwoCategoriesAtDistanceOne) {
  const Domain domain({{Kind::kCategorical, 5}, {Kind::kContinuous, 0}});
  EXPECT_EQ(domain.dimension_of_feature(), (std::vector<Eigen::Index>{0, 0, 0, 0, 0, 1}));
  for (uint64_t a = 0; a < 5; ++a) {
    for (uint64_t b = 0; b < 5; ++b) {
      Eigen::MatrixXd points(2, 2);
      points << CellCentre(a, 5), CellCentre(b, 5), 0.5, 0.5;
      const Eigen::MatrixXd features = domain.Embed(points);
      EXPECT_NEAR((features.col(0) - features.col(1)).norm(), a == b ? 0 : 1, 1e-15);
    }
  }
}

// A parent with three categories, a child in two of them, and a grandchild.
Domain Family() {
  return Domain({{Kind::kCategorical, 3},
                 {Kind::kContinuous, 0, {{0, {0, 2}}}},
                 {Kind::kOrdinal, 4, {{0, {0}}}},
                 {Kind::kContinuous, 0, {{2, {1, 3}}}}});
}

TEST(Domain, MarksInactiveCoordinatesAndFillsThoseThatBecomeActive) {
  const Domain domain = Family();
  const double first = CellCentre(0, 3);
  const double second = CellCentre(1, 3);
  EXPECT_EQ(domain.Snap(Eigen::Vector4d(first, 0.7, 0.4, 0.9)), Eigen::Vector4d(first, 0.7, 0.375, 0.9));
  EXPECT_EQ(domain.Snap(Eigen::Vector4d(first, 0.7, 0.1, 0.9)), Eigen::Vector4d(first, 0.7, 0.125, kAbsent));
  EXPECT_EQ(domain.Snap(Eigen::Vector4d(second, 0.7, 0.4, 0.9)), Eigen::Vector4d(second, kAbsent, kAbsent, kAbsent));
  EXPECT_EQ(domain.Snap(Eigen::Vector4d(first, kAbsent, 0.9, kAbsent)), Eigen::Vector4d(first, 0.5, 0.875, 0.5));
}

TEST(Domain, PutsAnInactiveCoordinateAtTheSameDistanceFromEveryPlace) {
  const Domain domain = Family();
  Eigen::MatrixXd points(4, 3);
  points << 0.5, 0.5, 0.5, 0.1, 0.9, kAbsent, 0.125, 0.125, 0.125, kAbsent, kAbsent, kAbsent;
  const Eigen::MatrixXd features = domain.Embed(points);
  EXPECT_NEAR((features.col(0) - features.col(2)).norm(), 1, 1e-15);
  EXPECT_NEAR((features.col(1) - features.col(2)).norm(), 1, 1e-15);
  EXPECT_NEAR((features.col(0) - features.col(1)).norm(), 0.8, 0.02);
}

TEST(Domain, HasCoordinateSlopesThatMatchCentralDifferences) {
  const Domain domain = Family();
  const Eigen::VectorXd point = domain.Snap(Eigen::Vector4d(0.1, 0.3, 0.9, 0.6));
  const Eigen::VectorXd weights = Eigen::VectorXd::LinSpaced(domain.Embed(point).rows(), -1, 2);
  const Eigen::VectorXd slope = domain.CoordinateSlope(point, weights);
  EXPECT_EQ(slope[0], 0);
  for (Eigen::Index i = 1; i < 4; ++i) {
    Eigen::MatrixXd sides = point.replicate(1, 2);
    sides(i, 0) += 1e-6;
    sides(i, 1) -= 1e-6;
    const Eigen::VectorXd values = domain.Embed(sides).transpose() * weights;
    EXPECT_NEAR(slope[i], (values[0] - values[1]) / 2e-6, 1e-8);
  }
}

TEST(Domain, BoundsTheFeaturesOfManyCategoriesAndKeepsThemApart) {
  const Domain domain({{Kind::kCategorical, 5000}});
  EXPECT_EQ(domain.dimension_of_feature().size(), kMaxOneHot);
  Eigen::MatrixXd points(1, 200);
  for (Eigen::Index i = 0; i < 200; ++i) points(0, i) = CellCentre(static_cast<uint64_t>(i) * 25, 5000);
  const Eigen::MatrixXd features = domain.Embed(points);
  for (Eigen::Index i = 0; i < 200; ++i) {
    for (Eigen::Index j = 0; j < i; ++j) EXPECT_GT((features.col(i) - features.col(j)).norm(), 0.6);
  }
}

TEST(Domain, FindsCellsAtTheEdgesOfTheInterval) {
  EXPECT_EQ(CellOf(0.0, 3), 0u);
  EXPECT_EQ(CellOf(1.0, 3), 2u);
  EXPECT_EQ(CellOf(1.0, std::numeric_limits<uint64_t>::max()), std::numeric_limits<uint64_t>::max() - 1);
  for (uint64_t count : {1u, 7u, 1000u, 1000003u}) {
    for (uint64_t cell : {uint64_t{0}, count / 2, count - 1}) EXPECT_EQ(CellOf(CellCentre(cell, count), count), cell);
  }
}

}  // namespace
}  // namespace sweepd::gp
