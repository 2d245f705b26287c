// Points of conditional spaces by number, against an enumeration that knows nothing but the meaning of conditions.
#include "server/core/point_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/rng.h"
#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

// Every assignment of the space: the full product of all values, with the absent ones left out and equal ones once.
std::set<std::string> Enumerate(const SearchSpace& space) {
  std::set<std::string> points;
  std::vector<uint64_t> digits(space.parameters().size());
  for (;;) {
    points.insert(
        ToJson(Value(space.Assign([&](size_t i) { return NthValue(space.parameters()[i].distribution, digits[i]); }))));
    size_t i = 0;
    while (i < digits.size() && ++digits[i] == *ValueCount(space.parameters()[i].distribution)) digits[i++] = 0;
    if (i == digits.size()) return points;
  }
}

// The values by parameter, -1 for an absent one: what the order of points is defined by.
std::vector<int64_t> Ordinals(const SearchSpace& space, const Assignment& assignment) {
  std::vector<int64_t> ordinals;
  for (size_t i = 0; i < space.parameters().size(); ++i) {
    const Value* value = space.Find(assignment, i);
    ordinals.push_back(value == nullptr ? -1
                                        : static_cast<int64_t>(*IndexOf(space.parameters()[i].distribution, *value)));
  }
  return ordinals;
}

Distribution SmallLaw(Rng& rng) {
  switch (rng.NextBelow(4)) {
    case 0: return Constant{"only"};
    case 1: return Categorical{{"a", Value(), Value::List{1}}};
    case 2: return IntUniform{-1, static_cast<int64_t>(rng.NextBelow(4))};
    default: return QUniform{{0, 1}, 0.5, false};
  }
}

// Names are dealt at random, so that children come before their parents as well as after them.
SearchSpace RandomSpace(Rng& rng) {
  std::vector<std::string> names = {"a", "b", "c", "d", "e", "f", "g"};
  for (size_t i = names.size(); i > 1; --i) std::swap(names[i - 1], names[rng.NextBelow(i)]);
  names.resize(2 + rng.NextBelow(5));
  std::vector<Parameter> parameters;
  for (const std::string& name : names) {
    Parameter parameter{name, SmallLaw(rng), {}, {}};
    for (uint64_t groups = rng.NextBelow(3); groups > 0; --groups) {
      parameter.groups.push_back(absl::StrCat("g", rng.NextBelow(2)));
    }
    std::set<size_t> parents;
    for (uint64_t k = parameters.empty() ? 0 : rng.NextBelow(3); k > 0; --k)
      parents.insert(rng.NextBelow(parameters.size()));
    for (const size_t parent : parents) {
      const Distribution& law = parameters[parent].distribution;
      Condition condition{FlatName(parameters[parent]), {NthValue(law, rng.NextBelow(*ValueCount(law)))}};
      if (rng.NextBelow(2) == 0) condition.values.push_back(NthValue(law, rng.NextBelow(*ValueCount(law))));
      parameter.when.push_back(std::move(condition));
    }
    parameters.push_back(std::move(parameter));
  }
  return *SearchSpace::Create(std::move(parameters));
}

TEST(PointIndex, NumbersEveryPointOfARandomConditionalSpaceOnceAndInOrder) {
  Rng rng(4, 0);
  int conditional = 0;
  for (int round = 0; round < 300; ++round) {
    const SearchSpace space = RandomSpace(rng);
    conditional += space.is_conditional() ? 1 : 0;
    const std::set<std::string> expected = Enumerate(space);
    ASSERT_EQ(space.GridSize(), expected.size()) << round;
    const std::optional<PointIndex> points = PointIndex::Create(space);
    ASSERT_TRUE(points.has_value());
    ASSERT_EQ(points->size(), expected.size());
    std::set<std::string> seen;
    std::vector<int64_t> previous;
    for (uint64_t i = 0; i < points->size(); ++i) {
      const Assignment assignment = points->PointAt(i);
      ASSERT_OK(space.CheckAssignment(assignment)) << ToJson(Value(assignment));
      ASSERT_EQ(*points->IndexOf(assignment), i) << ToJson(Value(assignment));
      const std::vector<int64_t> ordinals = Ordinals(space, assignment);
      ASSERT_LT(previous, ordinals);
      previous = ordinals;
      seen.insert(ToJson(Value(assignment)));
    }
    ASSERT_EQ(seen, expected) << round;
  }
  EXPECT_GT(conditional, 200);
}

TEST(PointIndex, CountsBranchesAndNotTheirProduct) {
  std::vector<Parameter> parameters = {{"model", Categorical{{"a", "b", "c"}}}, {"seed", IntUniform{1, 10}}};
  for (const char* model : {"a", "b", "c"}) {
    parameters.push_back({absl::StrCat(model, "_depth"), IntUniform{1, 100}, {{"model", {model}}}});
  }
  EXPECT_EQ(SearchSpace::Create(parameters)->GridSize(), 3u * 100 * 10);
}

TEST(PointIndex, CountsManyIndependentBranchesByArithmetic) {
  std::vector<Parameter> parameters;
  for (int i = 0; i < 30; ++i) {
    parameters.push_back({absl::StrCat("p", i), Categorical{{false, true}}});
    parameters.push_back({absl::StrCat("q", i), IntUniform{1, 2}, {{absl::StrCat("p", i), {true}}}});
  }
  const SearchSpace space = *SearchSpace::Create(std::move(parameters));
  uint64_t size = 1;
  for (int i = 0; i < 30; ++i) size *= 3;
  ASSERT_EQ(space.GridSize(), size);
  const std::optional<PointIndex> points = PointIndex::Create(space);
  Rng rng(1, 1);
  for (int i = 0; i < 100; ++i) {
    const uint64_t index = rng.NextBelow(size);
    EXPECT_EQ(*points->IndexOf(points->PointAt(index)), index);
  }
}

TEST(PointIndex, CountsAParameterThatDependsOnManyOthers) {
  std::vector<Parameter> parameters;
  Parameter child{"child", IntUniform{1, 5}, {}, {}};
  for (int i = 0; i < 40; ++i) {
    parameters.push_back({absl::StrCat("p", i), Constant{i}});
    child.when.push_back({absl::StrCat("p", i), {i}});
  }
  parameters.push_back(child);
  EXPECT_EQ(SearchSpace::Create(parameters)->GridSize(), 5u);
}

TEST(PointIndex, SaysThatAnEntangledSpaceIsNotCounted) {
  std::vector<Parameter> parameters;
  for (int i = 0; i < 14; ++i) parameters.push_back({absl::StrCat("p", i), Categorical{{0, 1}}});
  for (int i = 0; i < 14; ++i) {
    for (int k = 0; k < i; ++k) {
      parameters.push_back(
          {absl::StrCat("q", i, "_", k), Constant{1}, {{absl::StrCat("p", i), {1}}, {absl::StrCat("p", k), {1}}}});
    }
  }
  const SearchSpace space = *SearchSpace::Create(std::move(parameters));
  EXPECT_EQ(space.GridSize(), std::nullopt);
  EXPECT_FALSE(PointIndex::Create(space).has_value());
}

TEST(PointIndex, ReachesTheEndsOfAHugeConditionalSpace) {
  const int64_t large = int64_t{1} << 40;
  const SearchSpace space =
      *SearchSpace::Create({{"n", IntUniform{1, large}}, {"x", IntUniform{1, 1000}, {{"n", {3, 7, large}}}}});
  EXPECT_EQ(space.GridSize(), static_cast<uint64_t>(large) - 3 + 3 * 1000);
  const std::optional<PointIndex> points = PointIndex::Create(space);
  const auto point = [&](uint64_t index) { return ToJson(Value(points->PointAt(index))); };
  EXPECT_EQ(point(0), R"({"n":1})");
  EXPECT_EQ(point(2), R"({"n":3,"x":1})");
  EXPECT_EQ(point(1001), R"({"n":3,"x":1000})");
  EXPECT_EQ(point(1002), R"({"n":4})");
  EXPECT_EQ(point(points->size() - 1), absl::StrCat(R"({"n":)", large, R"(,"x":1000})"));
}

TEST(PointIndex, IsNotThereForAnInfiniteSpace) {
  EXPECT_FALSE(PointIndex::Create(*SearchSpace::Create({{"x", Uniform{0, 1}}})).has_value());
  EXPECT_FALSE(PointIndex::Create(*SearchSpace::Create({{"x", QNormal{}}})).has_value());
}

TEST(PointIndex, RefusesAnAssignmentOfAnotherSpace) {
  const std::optional<PointIndex> points = PointIndex::Create(*SearchSpace::Create({{"x", IntUniform{0, 1}}}));
  EXPECT_THAT(points->IndexOf({{"x", 2}}), StatusIsCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace sweepd
