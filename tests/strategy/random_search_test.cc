#include "server/strategy/random_search.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/strategy/sweep_specs.h"

namespace sweepd {
namespace {

Assignment Draw(const RandomSearch& search, int64_t index) { return **search.Suggest({index, {}}); }

TEST(RandomSearch, DrawsSuggestionIFromItsOwnStreamWhateverWasAskedBefore) {
  const SearchSpace space = *SearchSpace::Create(EveryKind());
  const RandomSearch asked_in_order(space, 5);
  std::vector<Assignment> draws;
  for (int64_t i = 0; i < 50; ++i) draws.push_back(Draw(asked_in_order, i));
  const RandomSearch asked_backwards(space, 5);
  for (int64_t i = 49; i >= 0; --i) EXPECT_EQ(Draw(asked_backwards, i), draws[static_cast<size_t>(i)]);
}

TEST(RandomSearch, DiffersBetweenSeedsAndBetweenSuggestions) {
  const SearchSpace space = *SearchSpace::Create({{"x", Uniform{0, 1}}});
  EXPECT_NE(Draw(RandomSearch(space, 5), 0), Draw(RandomSearch(space, 6), 0));
  EXPECT_NE(Draw(RandomSearch(space, 5), 0), Draw(RandomSearch(space, 5), 1));
}

TEST(RandomSearch, DrawsUniformlyAndIndependently) {
  const RandomSearch search(*SearchSpace::Create({{"x", Uniform{0, 2}}, {"y", IntUniform{1, 4}}}), 11);
  constexpr int kDraws = 4000;
  double sum = 0;
  double product = 0;
  std::map<int64_t, int> counts;
  for (int64_t i = 0; i < kDraws; ++i) {
    const Assignment draw = Draw(search, i);
    const double x = draw.at("x").as_double();
    sum += x;
    product += (x - 1.0) * (static_cast<double>(draw.at("y").as_int()) - 2.5);
    ++counts[draw.at("y").as_int()];
  }
  // Within four standard errors.
  EXPECT_NEAR(sum / kDraws, 1.0, 4 * 0.578 / 63);
  EXPECT_NEAR(product / kDraws, 0.0, 4 * 0.646 / 63);
  for (int64_t value = 1; value <= 4; ++value) EXPECT_NEAR(counts[value], kDraws / 4, 4 * 27.4);
}

TEST(RandomSearch, NeedsNoHistory) {
  EXPECT_FALSE(RandomSearch(*SearchSpace::Create({{"a", Constant{1}}}), 0).UsesHistory());
}

}  // namespace
}  // namespace sweepd
