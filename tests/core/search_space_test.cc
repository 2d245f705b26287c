#include "server/core/search_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

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

TEST(IsParameterName, FollowsItsPattern) {
  for (const char* name : {"a", "_", "A1", "a.b-c_d", "_1"}) EXPECT_TRUE(IsParameterName(name)) << name;
  for (const char* name : {"", "1", "-a", ".a", "a b", "a=b", "\xC3\xA9", "a/b"})
    EXPECT_FALSE(IsParameterName(name)) << name;
}

}  // namespace
}  // namespace sweepd
