#include "server/strategy/gp/trust_region.h"

#include <gtest/gtest.h>

namespace sweepd::gp {
namespace {

using Kind = Dimension::Kind;

Eigen::VectorXd Repeated(double label, Eigen::Index count) { return Eigen::VectorXd::Constant(count, label); }

TEST(TrustRegion, ShrinksWithoutImprovementAndStartsAgainWhenItIsTiny) {
  EXPECT_EQ(FollowProgress(Repeated(1, 1), 5).size, 0.8);
  EXPECT_EQ(FollowProgress(Repeated(1, 5), 5).size, 0.8);
  EXPECT_EQ(FollowProgress(Repeated(1, 6), 5).size, 0.4);
  EXPECT_EQ(FollowProgress(Repeated(1, 11), 5).size, 0.2);
  EXPECT_EQ(FollowProgress(Repeated(1, 1 + 6 * 5), 5).size, 0.8 / 64);
  EXPECT_EQ(FollowProgress(Repeated(1, 1 + 7 * 5), 5).size, 0.8);
  EXPECT_EQ(FollowProgress(Repeated(1, 30), 5).since_better, 29);
}

TEST(TrustRegion, GrowsWithARunOfImprovements) {
  EXPECT_EQ(FollowProgress(Eigen::Vector2d(3, 2), 2).size, 0.8);
  const Progress progress = FollowProgress(Eigen::Vector4d(4, 3, 2, 2.5), 2);
  EXPECT_EQ(progress.size, 1.6);
  EXPECT_EQ(progress.since_better, 1);
}

TEST(TrustRegion, IsWiderWhereTheObjectiveChangesSlowly) {
  const Domain domain({{Kind::kContinuous, 0}, {Kind::kContinuous, 0}, {Kind::kOrdinal, 4}, {Kind::kCategorical, 3}});
  const Eigen::Vector4d lengths(std::log(1.0), std::log(4.0), std::log(2.0), std::log(2.0));
  const Region region = TrustRegionAround(domain, Eigen::Vector4d(0.5, 0.9, 0.375, 0.5), 0.1, lengths);
  EXPECT_NEAR(region.lower[0], 0.475, 1e-12);
  EXPECT_NEAR(region.upper[0], 0.525, 1e-12);
  EXPECT_NEAR(region.lower[1], 0.8, 1e-12);
  EXPECT_EQ(region.upper[1], 1);
  EXPECT_NEAR(region.lower[2], 0.125, 1e-12);
  EXPECT_NEAR(region.upper[2], 0.625, 1e-12);
}

}  // namespace
}  // namespace sweepd::gp
