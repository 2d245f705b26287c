#include "server/strategy/initial_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "common/rng.h"
#include "tests/strategy/sweep_specs.h"
#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

// The suggestions of a sweep from its first on, at most `count`.
std::vector<Assignment> Suggestions(const SweepSpec& spec, int64_t count) {
  const std::unique_ptr<Strategy> strategy = MakeStrategy(spec);
  std::vector<Assignment> suggestions;
  for (int64_t index = 0; index < count; ++index) {
    const auto suggestion = strategy->Suggest({index, {}});
    EXPECT_OK(suggestion);
    if (!suggestion.ok() || !suggestion->has_value()) break;
    suggestions.push_back(**suggestion);
  }
  return suggestions;
}

std::set<std::string> Texts(const std::vector<Assignment>& assignments) {
  std::set<std::string> texts;
  for (const Assignment& assignment : assignments) texts.insert(ToJson(Value(assignment)));
  return texts;
}

TEST(InitialSearch, TriesTheGivenAssignmentsFirstInTheirOrder) {
  SweepSpec spec = SpecOf(Method::kGrid, {{"a", IntUniform{1, 3}}, {"b", Categorical{{"x", "y"}}}});
  spec.initial = {{{"a", 3}, {"b", "y"}}, {{"a", 2}, {"b", "x"}}};
  const std::vector<Assignment> suggestions = Suggestions(spec, 99);
  ASSERT_EQ(suggestions.size(), 6u);
  EXPECT_EQ(suggestions[0], spec.initial[0]);
  EXPECT_EQ(suggestions[1], spec.initial[1]);
  EXPECT_EQ(suggestions[2], (Assignment{{"a", 1}, {"b", "x"}})) << "the grid begins at its first point";
}

TEST(InitialSearch, FillsInTheFirstValuesOfAGrid) {
  SweepSpec spec = SpecOf(Method::kGrid, {{"a", IntUniform{1, 3}}, {"b", Categorical{{"x", "y"}}}});
  spec.initial = {{{"b", "y"}}, {}};
  const std::vector<Assignment> suggestions = Suggestions(spec, 2);
  EXPECT_EQ(suggestions[0], (Assignment{{"a", 1}, {"b", "y"}}));
  EXPECT_EQ(suggestions[1], (Assignment{{"a", 1}, {"b", "x"}}));
}

TEST(InitialSearch, FillsInTheDrawOfTheSameIndex) {
  for (const Method method : {Method::kRandom, Method::kBayes}) {
    SweepSpec spec = SpecOf(method, EveryKind());
    spec.initial = {{{"linear", 2}}, {{"categories", Value()}, {"integer", 7.0}}};
    const std::vector<Assignment> suggestions = Suggestions(spec, 2);
    std::vector<Assignment> draws = Suggestions(SpecOf(Method::kRandom, EveryKind()), 2);
    draws[0].insert_or_assign("linear", 2.0);
    draws[1].insert_or_assign("categories", Value());
    draws[1].insert_or_assign("integer", 7);
    EXPECT_EQ(suggestions, draws) << MethodName(method) << ": values have the kind that the space gives them";
  }
}

TEST(InitialSearch, LeavesTheLaterDrawsOfRandomAsTheyAre) {
  SweepSpec spec = SpecOf(Method::kRandom, EveryKind());
  const std::vector<Assignment> without = Suggestions(spec, 5);
  spec.initial = {{}, {{"linear", 0}}};
  const std::vector<Assignment> with = Suggestions(spec, 5);
  EXPECT_EQ(with[0], without[0]);
  EXPECT_TRUE(std::equal(with.begin() + 2, with.end(), without.begin() + 2));
}

// Every choice and order of up to four points of a small grid: each point once, the given ones first.
TEST(InitialSearch, OfAGridTriesEveryPointExactlyOnceWhateverWasGiven) {
  SweepSpec spec = SpecOf(Method::kGrid, {{"a", IntUniform{1, 3}}, {"b", IntUniform{1, 2}}});
  const std::vector<Assignment> points = Suggestions(spec, 99);
  ASSERT_EQ(points.size(), 6u);
  for (int code = 0; code < 6 * 6 * 6 * 6; ++code) {
    spec.initial.clear();
    for (int rest = code, i = 0; i < 4; ++i, rest /= 6) spec.initial.push_back(points[static_cast<size_t>(rest % 6)]);
    const std::vector<Assignment> suggestions = Suggestions(spec, 99);
    EXPECT_EQ(suggestions.size(), 6u) << code;
    EXPECT_EQ(Texts(suggestions), Texts(points)) << code;
    std::set<std::string> given = Texts(spec.initial);
    for (size_t i = 0; i < given.size(); ++i) EXPECT_TRUE(given.contains(ToJson(Value(suggestions[i])))) << code;
  }
}

TEST(InitialSearch, OfAGridWithManyGivenPointsTriesEveryPointExactlyOnce) {
  SweepSpec spec = SpecOf(Method::kGrid, {{"a", IntUniform{0, 9}}, {"b", QUniform{0, 1, 0.1, false}}});
  const std::vector<Assignment> points = Suggestions(spec, 999);
  ASSERT_EQ(points.size(), 110u);
  Rng rng(1, 1);
  for (const size_t count : {1, 50, 109, 110, 500}) {
    spec.initial.clear();
    while (spec.initial.size() < count) spec.initial.push_back(points[rng.NextBelow(points.size())]);
    const std::vector<Assignment> suggestions = Suggestions(spec, 999);
    EXPECT_EQ(suggestions.size(), 110u);
    EXPECT_EQ(Texts(suggestions), Texts(points));
  }
}

TEST(InitialSearch, OfAHugeGridCostsNothingMore) {
  SweepSpec spec = SpecOf(Method::kGrid, {{"a", IntUniform{1, 1 << 30}}, {"b", IntUniform{1, 1 << 30}}});
  spec.initial = {{{"a", 1 << 30}, {"b", 1 << 30}}, {{"a", 1}, {"b", 1}}};
  const std::vector<Assignment> suggestions = Suggestions(spec, 4);
  EXPECT_EQ(suggestions[2], (Assignment{{"a", 1 << 30}, {"b", (1 << 30) - 1}}))
      << "for the first point, which was given";
  EXPECT_EQ(suggestions[3], (Assignment{{"a", 1}, {"b", 2}}));
  const std::unique_ptr<Strategy> strategy = MakeStrategy(spec);
  EXPECT_TRUE((*strategy->Suggest({(int64_t{1} << 60) - 1, {}})).has_value());
  EXPECT_FALSE((*strategy->Suggest({int64_t{1} << 60, {}})).has_value());
}

}  // namespace
}  // namespace sweepd
