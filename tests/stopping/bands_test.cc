#include "server/stopping/bands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/stopping/stopping_rule.h"

namespace sweepd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<int64_t> FirstBands(int64_t min_iter, double eta, size_t count) {
  std::vector<int64_t> bands;
  for (int64_t band = 0; bands.size() < count;) {
    band = NextBandFromBelow(min_iter, eta, band);
    bands.push_back(band);
  }
  return bands;
}

TEST(Bands, FromBelowGrowByEta) {
  EXPECT_THAT(FirstBands(3, 3, 4), ElementsAre(3, 9, 27, 81));
  EXPECT_THAT(FirstBands(1, 10, 4), ElementsAre(1, 10, 100, 1000));
  EXPECT_THAT(FirstBands(2, 1.5, 5), ElementsAre(2, 3, 4, 6, 10)) << "each is cut off, not rounded";
}

TEST(Bands, ThatFallTogetherAreOne) { EXPECT_THAT(FirstBands(1, 1.3, 5), ElementsAre(1, 2, 3, 4, 6)); }

TEST(Bands, FromBelowEndBeforeNumbersBecomeInexact) {
  EXPECT_EQ(NextBandFromBelow(1, 2, int64_t{1} << 51), int64_t{1} << 52);
  EXPECT_EQ(NextBandFromBelow(1, 2, int64_t{1} << 52), kNever);
  EXPECT_EQ(NextBandFromBelow(kNever, 1.01, 0), kNever);
}

TEST(Bands, FromAboveShrinkByEta) {
  EXPECT_THAT(BandsBelow({27, 2}, 3), ElementsAre(3, 9));
  EXPECT_THAT(BandsBelow({27, 5}, 3), ElementsAre(1, 3, 9)) << "those below 1 are none";
  EXPECT_THAT(BandsBelow({100, 3}, 3), ElementsAre(3, 11, 33));
  EXPECT_THAT(BandsBelow({3, 4}, 1.25), ElementsAre(1, 2)) << "equal ones are one";
  EXPECT_THAT(BandsBelow({2, 4}, 3), IsEmpty());
  EXPECT_THAT(BandsBelow({1'000'000'000'000, int64_t{1} << 62}, 1e6), ElementsAre(1, 1'000'000));
}

}  // namespace
}  // namespace sweepd
