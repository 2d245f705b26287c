#include "server/strategy/index_permutation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

#include "common/rng.h"

namespace sweepd {
namespace {

TEST(IndexPermutation, IsABijectionForEverySize) {
  for (uint64_t size = 1; size <= 600; ++size) {
    const IndexPermutation permutation(size, size * 31);
    std::vector<bool> hit(size);
    for (uint64_t i = 0; i < size; ++i) {
      const uint64_t to = permutation.At(i);
      ASSERT_LT(to, size);
      ASSERT_FALSE(hit[to]) << to << " is hit twice, size " << size;
      hit[to] = true;
    }
  }
}

TEST(IndexPermutation, KeepsDifferentIndicesApartInHugeRanges) {
  for (const uint64_t size : {uint64_t{1'000'000'000'000'000}, (uint64_t{1} << 62) + 1, uint64_t{1} << 63}) {
    const IndexPermutation permutation(size, 5);
    std::set<uint64_t> seen;
    for (uint64_t i = 0; i < 1000; ++i) {
      EXPECT_LT(permutation.At(i), size);
      EXPECT_LT(permutation.At(size - 1 - i), size);
      seen.insert(permutation.At(i));
      seen.insert(permutation.At(size - 1 - i));
    }
    EXPECT_EQ(seen.size(), 2000u);
  }
}

TEST(IndexPermutation, SpreadsTheFirstIndicesEvenly) {
  constexpr uint64_t kSize = 1'000'003;
  constexpr int kCells = 20;
  constexpr int kDraws = 20'000;
  const IndexPermutation permutation(kSize, 9);
  std::vector<int> counts(kCells);
  for (uint64_t i = 0; i < kDraws; ++i) ++counts[permutation.At(i) * kCells / kSize];
  double statistic = 0;
  for (const int count : counts) statistic += std::pow(count - kDraws / kCells, 2) / (kDraws / kCells);
  EXPECT_LT(statistic, 43.8) << "chi-square with 19 degrees of freedom at 0.001";
}

TEST(IndexPermutation, DependsOnTheSeed) {
  int same = 0;
  for (uint64_t i = 0; i < 1000; ++i) {
    same += IndexPermutation(1000, 1).At(i) == IndexPermutation(1000, 2).At(i) ? 1 : 0;
  }
  EXPECT_LT(same, 10);
}

}  // namespace
}  // namespace sweepd
