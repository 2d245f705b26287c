#include "server/strategy/taken_points.h"

#include <gtest/gtest.h>

namespace sweepd {
namespace {

constexpr auto kOrdinal = gp::Dimension::Kind::kOrdinal;

TEST(TakenPoints, FindsTheFreePointsOfASmallDomain) {
  const gp::Domain domain({{kOrdinal, 2}, {kOrdinal, 3}});
  TakenPoints taken;
  for (const uint64_t i : {0, 2, 3}) taken.Add(domain.PointAt(i));
  const Eigen::MatrixXd free = FreePoints(domain, taken);
  ASSERT_EQ(free.cols(), 3);
  EXPECT_EQ(free.col(0), domain.PointAt(1));
  EXPECT_EQ(free.col(1), domain.PointAt(4));
  EXPECT_EQ(free.col(2), domain.PointAt(5));
}

TEST(TakenPoints, CountsAPointOnceHoweverOftenItIsAdded) {
  const gp::Domain domain({{kOrdinal, 2}});
  TakenPoints taken;
  taken.Add(domain.PointAt(0));
  taken.Add(domain.PointAt(0));
  EXPECT_FALSE(IsExhausted(domain, taken));
  taken.Add(domain.PointAt(1));
  EXPECT_TRUE(IsExhausted(domain, taken));
}

TEST(TakenPoints, FindsTheLastFreePointOfALargeDomain) {
  const gp::Domain domain({{kOrdinal, 100}, {kOrdinal, 100}});
  TakenPoints taken;
  for (uint64_t i = 0; i < 10000; ++i) {
    if (i != 4321) taken.Add(domain.PointAt(i));
  }
  Rng rng(3, 0);
  EXPECT_EQ(RandomFreePoint(domain, taken, rng), domain.PointAt(4321));
}

TEST(TakenPoints, NeverCallsAContinuousDomainExhausted) {
  const gp::Domain domain({{gp::Dimension::Kind::kContinuous, 0}});
  EXPECT_FALSE(IsExhausted(domain, TakenPoints()));
}

}  // namespace
}  // namespace sweepd
