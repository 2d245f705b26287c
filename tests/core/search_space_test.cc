#include "server/core/search_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>

#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

using ::testing::HasSubstr;

TEST(SearchSpace, SortsItsParametersByName) {
  ASSERT_OK_AND_ASSIGN(const SearchSpace space,
                       SearchSpace::Create({{"b", Constant{1}}, {"a.x", Constant{2}}, {"B", Constant{3}}}));
  ASSERT_EQ(space.parameters().size(), 3u);
  EXPECT_EQ(space.parameters()[0].name, "B");
  EXPECT_EQ(space.parameters()[1].name, "a.x");
  EXPECT_EQ(space.parameters()[2].name, "b");
}

TEST(SearchSpace, RefusesWhatIsNotASpace) {
  EXPECT_THAT(SearchSpace::Create({}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at least one")));
  EXPECT_THAT(SearchSpace::Create({{"a", Constant{1}}, {"a", Constant{2}}}),
              StatusIs(absl::StatusCode::kInvalidArgument, "a: given twice"));
  EXPECT_THAT(SearchSpace::Create({{"1a", Constant{1}}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not a parameter name")));
  EXPECT_THAT(SearchSpace::Create({{"lr", Uniform{1, 0}}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("lr: min must be less")));
}

TEST(SearchSpace, KnowsItsGridSize) {
  const auto size_of = [](std::vector<Parameter> parameters) {
    return SearchSpace::Create(std::move(parameters))->GridSize();
  };
  EXPECT_EQ(size_of({{"a", IntUniform{1, 10}}, {"b", Categorical{{"x", "y"}}}, {"c", Constant{0}}}), 20u);
  EXPECT_EQ(size_of({{"a", IntUniform{1, 10}}, {"b", Uniform{0, 1}}}), std::nullopt);
  const IntUniform large{0, int64_t{1} << 40};
  EXPECT_EQ(size_of({{"a", large}, {"b", large}}), std::numeric_limits<uint64_t>::max()) << "saturates";
}

TEST(SearchSpace, ChecksAnAssignment) {
  ASSERT_OK_AND_ASSIGN(const SearchSpace space,
                       SearchSpace::Create({{"a", IntUniform{1, 10}}, {"b", Categorical{{"x", "y"}}}}));
  EXPECT_OK(space.CheckAssignment({{"a", 3}, {"b", "x"}}));
  EXPECT_THAT(space.CheckAssignment({{"a", 3}}), StatusIs(absl::StatusCode::kInvalidArgument, "b: no value given"));
  EXPECT_THAT(space.CheckAssignment({{"a", 30}, {"b", "x"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a: 30 is outside")));
  EXPECT_THAT(space.CheckAssignment({{"a", 3}, {"b", "x"}, {"c", 1}}),
              StatusIs(absl::StatusCode::kInvalidArgument, "c: not a parameter of this sweep"));
}

TEST(SearchSpace, RefusesNamesThatMeanTwoThings) {
  EXPECT_THAT(SearchSpace::Create({{"p.a", Constant{1}}, {"a", Constant{2}, {}, {"p"}}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("p.a: given twice, once as a name with a dot")));
  EXPECT_THAT(SearchSpace::Create({{"p", Constant{1}}, {"a", Constant{2}, {}, {"p"}}}),
              StatusIs(absl::StatusCode::kInvalidArgument, "p: given twice, as a value and as a map of parameters"));
  EXPECT_OK(SearchSpace::Create({{"p.a", Constant{1}}, {"b", Constant{2}, {}, {"p"}}}));
}

TEST(SearchSpace, SortsNamesAtEveryLevel) {
  ASSERT_OK_AND_ASSIGN(const SearchSpace space, SearchSpace::Create({{"q", Constant{1}},
                                                                     {"b", Constant{1}, {}, {"p", "z"}},
                                                                     {"p.x", Constant{1}},
                                                                     {"y", Constant{1}, {}, {"p"}},
                                                                     {"a", Constant{1}, {}, {"p", "z"}}}));
  std::vector<std::string> names;
  for (const Parameter& parameter : space.parameters()) names.push_back(FlatName(parameter));
  EXPECT_THAT(names, ::testing::ElementsAre("p.y", "p.z.a", "p.z.b", "p.x", "q"));
}

// optimizer: {name, momentum when name is sgd, decay when momentum is 1}, and a parameter before its parent.
SearchSpace Conditional() {
  return *SearchSpace::Create({{"name", Categorical{{"adam", "sgd"}}, {}, {"optimizer"}},
                               {"momentum", IntUniform{0, 1}, {{"optimizer.name", {"sgd"}}}, {"optimizer"}},
                               {"decay", Constant{5}, {{"optimizer.momentum", {1.0}}}, {"optimizer"}},
                               {"a", Constant{1}, {{"optimizer.name", {"adam"}}}}});
}

TEST(SearchSpace, AssignsActiveParametersInTheirGroups) {
  const auto assign = [](std::map<std::string, Value> values) {
    const SearchSpace space = Conditional();
    return ToJson(Value(space.Assign([&](size_t i) { return values.at(FlatName(space.parameters()[i])); })));
  };
  EXPECT_EQ(assign({{"optimizer.name", "adam"}, {"a", 1}}), R"({"a":1,"optimizer":{"name":"adam"}})");
  EXPECT_EQ(assign({{"optimizer.name", "sgd"}, {"optimizer.momentum", 0}}),
            R"({"optimizer":{"momentum":0,"name":"sgd"}})");
  EXPECT_EQ(assign({{"optimizer.name", "sgd"}, {"optimizer.momentum", 1}, {"optimizer.decay", 5}}),
            R"({"optimizer":{"decay":5,"momentum":1,"name":"sgd"}})");
}

TEST(SearchSpace, ChecksWhoMustBeInAnAssignment) {
  const SearchSpace space = Conditional();
  const auto check = [&space](absl::string_view json) { return space.CheckAssignment(ParseJson(json)->as_map()); };
  EXPECT_OK(check(R"({"a":1,"optimizer":{"name":"adam"}})"));
  EXPECT_OK(check(R"({"optimizer":{"decay":5,"momentum":1,"name":"sgd"}})"));
  EXPECT_THAT(check(R"({"optimizer":{"name":"adam"}})"),
              StatusIs(absl::StatusCode::kInvalidArgument, "a: no value given"));
  EXPECT_THAT(check(R"({"a":1,"optimizer":{"name":"sgd","momentum":0}})"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a: does not exist here")));
  EXPECT_THAT(check(R"({"optimizer":{"momentum":0,"decay":5,"name":"sgd"}})"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("optimizer.decay: does not exist here")));
  EXPECT_THAT(check(R"({"optimizer":{"momentum":1,"name":"sgd"}})"),
              StatusIs(absl::StatusCode::kInvalidArgument, "optimizer.decay: no value given"));
  EXPECT_THAT(check(R"({"a":1,"optimizer":{"name":"adam","x":1}})"),
              StatusIs(absl::StatusCode::kInvalidArgument, "optimizer.x: not a parameter of this sweep"));
  EXPECT_THAT(check(R"({"a":1,"optimizer":"adam"})"), StatusIsCode(absl::StatusCode::kInvalidArgument));
}

TEST(SearchSpace, MergesTheConditionsOfAGroupAndItsMember) {
  const Parameter parent{"p", IntUniform{1, 4}};
  ASSERT_OK_AND_ASSIGN(const SearchSpace space,
                       SearchSpace::Create({parent, {"x", Constant{1}, {{"p", {1, 2, 3}}, {"p", {2, 3, 4}}}}}));
  EXPECT_THAT(space.parameters()[1].when, ::testing::ElementsAre(Condition{"p", {2, 3}}));
  EXPECT_THAT(SearchSpace::Create({parent, {"x", Constant{1}, {{"p", {1}}, {"p", {2}}}}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("x: when: no value fulfils")));
}

TEST(SearchSpace, RefusesConditionsThatMeanNothing) {
  const auto error_of = [](std::vector<Condition> when) {
    return std::string(
        SearchSpace::Create({{"c", Categorical{{"x", "y"}}}, {"u", Uniform{0, 1}}, {"p", Constant{1}, std::move(when)}})
            .status()
            .message());
  };
  EXPECT_EQ(error_of({{"z", {1}}}), "p: when: there is no parameter z");
  EXPECT_EQ(error_of({{"c", {"z"}}}), "p: when: \"z\" is not a value of c");
  EXPECT_EQ(error_of({{"c", {}}}), "p: when: a condition needs at least one value");
  EXPECT_EQ(error_of({{"u", {0.5}}}), "p: when: u does not have a finite number of values");
  EXPECT_EQ(error_of({{"p", {1}}}), "p: when: a parameter cannot depend on itself: p -> p");
  EXPECT_EQ(error_of({{"c", {"x"}}}), "");
}

TEST(IsParameterName, FollowsItsPattern) {
  for (const char* name : {"a", "_", "A1", "a.b-c_d", "_1"}) EXPECT_TRUE(IsParameterName(name)) << name;
  for (const char* name : {"", "1", "-a", ".a", "a b", "a=b", "\xC3\xA9", "a/b"})
    EXPECT_FALSE(IsParameterName(name)) << name;
}

}  // namespace
}  // namespace sweepd
