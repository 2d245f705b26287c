#include "common/rng.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

namespace sweepd {
namespace {

// Counter 0 and key 0 of the known answers published with the generator: 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
TEST(Rng, GivesThePublishedKnownAnswer) {
  Rng rng(0, 0);
  EXPECT_EQ(rng.NextUint64(), 0xe169c58d6627e8d5u);
  EXPECT_EQ(rng.NextUint64(), 0x9b00dbd8bc57ac4cu);
}

// Computed by an independent implementation that gives all three published answers. They must never change: sweeps that
// were created before would continue with other numbers.
TEST(Rng, GivesTheSameNumbersForever) {
  struct Case {
    uint64_t seed;
    uint64_t stream;
    std::vector<uint64_t> words;
  };
  const Case cases[] = {
      {0, 0, {0xe169c58d6627e8d5, 0x9b00dbd8bc57ac4c, 0x5cb200dbf8e4cca4, 0x097eff67b1a574eb}},
      {42, 7, {0xe55410cc67ee6f2c, 0x557398d36c7eca35, 0x600f6196e5dde940, 0x2c8ed8398fcdf8f1}},
      {0x7fffffffffffffff,
       0xffffffffffffffff,
       {0x1760849cc0b202d1, 0x825658e895331619, 0x6f28d943a28ea16c, 0x3838796142594977}},
  };
  for (const Case& c : cases) {
    Rng rng(c.seed, c.stream);
    for (const uint64_t word : c.words) EXPECT_EQ(rng.NextUint64(), word);
  }
  EXPECT_EQ(MixSeed(0, 0), 0xe220a8397b1dcdafu);
  EXPECT_EQ(MixSeed(1, 2), 0xf893a2eefb32555eu);
  EXPECT_EQ(MixSeed(~uint64_t{0}, ~uint64_t{0}), 0xb4d055fcf2cbbd7bu);
}

TEST(Rng, TakesUnitNumbersFromTheHighBits) {
  Rng words(42, 7);
  Rng units(42, 7);
  for (int i = 0; i < 1000; ++i) {
    const double unit = units.NextUnit();
    EXPECT_EQ(unit, std::ldexp(static_cast<double>(words.NextUint64() >> 11), -53));
    EXPECT_GE(unit, 0.0);
    EXPECT_LT(unit, 1.0);
  }
}

TEST(Rng, DrawsBelowABoundWithoutBias) {
  constexpr int kDraws = 60000;
  Rng rng(1, 2);
  std::vector<int> counts(6);
  for (int i = 0; i < kDraws; ++i) ++counts[rng.NextBelow(6)];
  double chi_squared = 0;
  for (const int count : counts) chi_squared += std::pow(count - kDraws / 6.0, 2) / (kDraws / 6.0);
  EXPECT_LT(chi_squared, 20.5) << "the 99.9 % quantile for five degrees of freedom";
}

TEST(Rng, DrawsBelowExtremeBounds) {
  Rng rng(3, 4);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(rng.NextBelow(1), 0u);
    EXPECT_LT(rng.NextBelow(~uint64_t{0}), ~uint64_t{0});
  }
  // Two of three words of this bound would fall on one side if remainders were taken plainly.
  const uint64_t bound = (uint64_t{1} << 63) + (uint64_t{1} << 62);
  int low = 0;
  for (int i = 0; i < 10000; ++i) low += rng.NextBelow(bound) < bound / 2 ? 1 : 0;
  EXPECT_NEAR(low, 5000, 250);
}

TEST(Rng, GivesNormalNumbers) {
  constexpr int kDraws = 100000;
  Rng rng(5, 6);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = rng.NextNormal();
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.015);
  EXPECT_NEAR(squares / kDraws, 1, 0.02);
}

TEST(Rng, HasStreamsThatShareNothing) {
  std::set<uint64_t> words;
  for (uint64_t stream = 0; stream < 1000; ++stream) {
    for (uint64_t seed = 0; seed < 3; ++seed) {
      Rng rng(seed, stream);
      words.insert(rng.NextUint64());
      words.insert(rng.NextUint64());
    }
  }
  EXPECT_EQ(words.size(), 6000u);
}

TEST(Rng, HasStreamsThatAreNotCorrelated) {
  double product = 0;
  for (uint64_t stream = 0; stream < 10000; ++stream) {
    product += (Rng(9, stream).NextUnit() - 0.5) * (Rng(9, stream + 1).NextUnit() - 0.5);
  }
  EXPECT_NEAR(product / 10000, 0, 4.0 / 12 / 100);
}

TEST(Rng, ContinuesFromACopy) {
  Rng rng(1, 1);
  rng.NextUint64();
  Rng copy = rng;
  EXPECT_EQ(rng.NextUint64(), copy.NextUint64());
}

}  // namespace
}  // namespace sweepd
