#include "server/strategy/gp/sobol.h"

#include <gtest/gtest.h>

#include <set>

namespace sweepd::gp {
namespace {

TEST(Sobol, PutsOnePointInEachOf64StrataOfEveryCoordinate) {
  for (const uint64_t seed : {1, 2, 3}) {
    const Eigen::MatrixXd points = SobolPoints(20, seed, 64, 64);
    for (Eigen::Index i = 0; i < 20; ++i) {
      std::set<int> strata;
      for (const double x : points.row(i)) strata.insert(static_cast<int>(x * 64));
      EXPECT_EQ(strata.size(), 64u) << "coordinate " << i << " of seed " << seed;
    }
  }
}

TEST(Sobol, StratifiesPairsOfCoordinates) {
  const Eigen::MatrixXd points = SobolPoints(2, 9, 256, 256);
  std::set<int> cells;
  for (Eigen::Index j = 0; j < 256; ++j) {
    cells.insert(static_cast<int>(points(0, j) * 16) * 16 + static_cast<int>(points(1, j) * 16));
  }
  EXPECT_EQ(cells.size(), 256u);
}

TEST(Sobol, ContinuesASequenceAtAnyPoint) {
  const Eigen::MatrixXd all = SobolPoints(5, 4, 0, 40);
  EXPECT_EQ(SobolPoints(5, 4, 17, 10), all.middleCols(17, 10));
}

TEST(Sobol, DiffersBetweenSeeds) { EXPECT_NE(SobolPoints(3, 1, 0, 4), SobolPoints(3, 2, 0, 4)); }

TEST(Sobol, StaysInsideTheOpenCubeBeyondItsTable) {
  const Eigen::MatrixXd points = SobolPoints(kMaxSobolDimensions + 10, 1, 5, 3);
  EXPECT_GE(points.minCoeff(), 0.0);
  EXPECT_LT(points.maxCoeff(), 1.0);
  EXPECT_EQ(points.col(1), SobolPoints(kMaxSobolDimensions + 10, 1, 6, 1).col(0));
}

TEST(Sobol, HasNoCoordinatesInDimensionZero) { EXPECT_EQ(SobolPoints(0, 1, 0, 3).cols(), 3); }

}  // namespace
}  // namespace sweepd::gp
