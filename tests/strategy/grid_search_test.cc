#include "server/strategy/grid_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/strategy/sweep_specs.h"
#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

std::string Point(const GridSearch& grid, int64_t index) {
  const std::optional<Assignment> assignment = *grid.Suggest({index, {}});
  return assignment.has_value() ? ToJson(Value(*assignment)) : "exhausted";
}

TEST(GridSearch, WalksNamesInOrderWithTheLastFastestAndValuesAsGiven) {
  const GridSearch grid(*SearchSpace::Create({{"b", IntUniform{1, 2}}, {"a", Categorical{{"y", "x"}}}}));
  EXPECT_EQ(Point(grid, 0), R"({"a":"y","b":1})");
  EXPECT_EQ(Point(grid, 1), R"({"a":"y","b":2})");
  EXPECT_EQ(Point(grid, 2), R"({"a":"x","b":1})");
  EXPECT_EQ(Point(grid, 3), R"({"a":"x","b":2})");
  EXPECT_EQ(Point(grid, 4), "exhausted");
}

TEST(GridSearch, SuggestsEveryPointExactlyOnce) {
  const GridSearch grid(*SearchSpace::Create(
      {{"a", Categorical{{1, "1", true}}}, {"b", IntUniform{-2, 2}}, {"c", QUniform{{0, 1}, 0.25, false}}}));
  std::set<std::string> points;
  for (int64_t i = 0; i < 75; ++i) points.insert(Point(grid, i));
  EXPECT_EQ(points.size(), 75u);
  EXPECT_EQ(points.count("exhausted"), 0u);
  EXPECT_EQ(Point(grid, 75), "exhausted");
}

TEST(GridSearch, FindsAnyPointOfAHugeGridByArithmetic) {
  std::vector<Parameter> parameters;
  for (const char* name : {"a", "b", "c", "d", "e"}) parameters.push_back({name, IntUniform{0, 999}});
  const GridSearch grid(*SearchSpace::Create(std::move(parameters)));
  EXPECT_EQ(Point(grid, 123'456'789'012'345), R"({"a":123,"b":456,"c":789,"d":12,"e":345})");
  EXPECT_EQ(Point(grid, 999'999'999'999'999), R"({"a":999,"b":999,"c":999,"d":999,"e":999})");
  EXPECT_EQ(Point(grid, 1'000'000'000'000'000), "exhausted");
}

TEST(GridSearch, ServesTheFirstPointsOfAMillionBillionOneInEitherOrder) {
  std::vector<Parameter> parameters;
  for (const char* name : {"a", "b", "c", "d", "e"}) parameters.push_back({name, IntUniform{0, 999}});
  const SearchSpace space = *SearchSpace::Create(std::move(parameters));
  const GridSearch sorted(space);
  const GridSearch shuffled(space, GridOrder::kShuffled, 7);
  std::set<std::string> points;
  for (int64_t i = 0; i < 1000; ++i) {
    ASSERT_EQ(Point(sorted, i), ToJson(Value(Assignment{{"a", 0}, {"b", 0}, {"c", 0}, {"d", 0}, {"e", i}})));
    points.insert(Point(shuffled, i));
  }
  EXPECT_EQ(points.size(), 1000u);
}

TEST(GridSearch, ShufflesThePointsByTheSeed) {
  const SearchSpace space = *SearchSpace::Create(TwelvePoints());
  const auto walk = [&space](GridOrder order, uint64_t seed) {
    const GridSearch grid(space, order, seed);
    std::vector<std::string> points;
    for (int64_t i = 0; i < 12; ++i) points.push_back(Point(grid, i));
    EXPECT_EQ(Point(grid, 12), "exhausted");
    return points;
  };
  const std::vector<std::string> sorted = walk(GridOrder::kSorted, 1);
  EXPECT_THAT(walk(GridOrder::kShuffled, 1), ::testing::UnorderedElementsAreArray(sorted));
  EXPECT_NE(walk(GridOrder::kShuffled, 1), sorted);
  EXPECT_NE(walk(GridOrder::kShuffled, 1), walk(GridOrder::kShuffled, 2));
}

TEST(GridSearch, DoesNotMultiplyByParametersThatDoNotExist) {
  const GridSearch grid(*SearchSpace::Create({{"kind", Categorical{{"flat", "step"}}, {}, {"schedule"}},
                                              {"every", IntUniform{1, 2}, {{"schedule.kind", {"step"}}}, {"schedule"}},
                                              {"z", Categorical{{true, false}}}}));
  EXPECT_EQ(Point(grid, 0), R"({"schedule":{"kind":"flat"},"z":true})");
  EXPECT_EQ(Point(grid, 1), R"({"schedule":{"kind":"flat"},"z":false})");
  EXPECT_EQ(Point(grid, 2), R"({"schedule":{"every":1,"kind":"step"},"z":true})");
  EXPECT_EQ(Point(grid, 5), R"({"schedule":{"every":2,"kind":"step"},"z":false})");
  EXPECT_EQ(Point(grid, 6), "exhausted");
}

TEST(GridSearch, NeedsNoHistory) { EXPECT_FALSE(GridSearch(*SearchSpace::Create({{"a", Constant{1}}})).UsesHistory()); }

}  // namespace
}  // namespace sweepd
