#include "server/strategy/taken_points.h"

#include <gtest/gtest.h>

namespace sweepd {
namespace {

Encoding SpaceOf(std::vector<Parameter> parameters) { return Encoding(*SearchSpace::Create(std::move(parameters))); }

TEST(TakenPoints, FindsTheFreePointsOfASmallSpace) {
  const Encoding space = SpaceOf({{"a", IntUniform{1, 2}}, {"b", IntUniform{1, 3}}});
  TakenPoints taken;
  for (const uint64_t i : {0, 2, 3}) taken.Add(space.PointAt(i));
  const Eigen::MatrixXd free = FreePoints(space, taken);
  ASSERT_EQ(free.cols(), 3);
  EXPECT_EQ(free.col(0), space.PointAt(1));
  EXPECT_EQ(free.col(1), space.PointAt(4));
  EXPECT_EQ(free.col(2), space.PointAt(5));
}

TEST(TakenPoints, CountsAPointOnceHoweverOftenItIsAdded) {
  const Encoding space = SpaceOf({{"a", IntUniform{1, 2}}});
  TakenPoints taken;
  taken.Add(space.PointAt(0));
  taken.Add(space.PointAt(0));
  EXPECT_FALSE(IsExhausted(space, taken));
  taken.Add(space.PointAt(1));
  EXPECT_TRUE(IsExhausted(space, taken));
}

TEST(TakenPoints, FindsTheLastFreePointOfALargeSpace) {
  const Encoding space = SpaceOf({{"a", IntUniform{1, 100}}, {"b", IntUniform{1, 100}}});
  TakenPoints taken;
  for (uint64_t i = 0; i < 10000; ++i) {
    if (i != 4321) taken.Add(space.PointAt(i));
  }
  Rng rng(3, 0);
  EXPECT_EQ(RandomFreePoint(space, taken, rng), space.PointAt(4321));
}

TEST(TakenPoints, NeverCallsAContinuousSpaceExhausted) {
  const Encoding space = SpaceOf({{"a", Uniform{0, 1}}});
  EXPECT_FALSE(IsExhausted(space, TakenPoints()));
}

}  // namespace
}  // namespace sweepd
