#include "server/core/partial_assignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();

SearchSpace Space() {
  return *SearchSpace::Create({{"category", Categorical{{"adam", 1, 1.5, Value()}}},
                               {"fixed", Constant{7}},
                               {"huge", IntUniform{std::numeric_limits<int64_t>::min(), kLargest}},
                               {"integer", IntUniform{1, 9}},
                               {"real", Uniform{0, 10}},
                               {"step", QUniform{0, 1, 0.1, false}},
                               {"step_integer", QUniform{0, 100, 25, true}}});
}

TEST(PartialAssignment, APartIsAValueOfAParameter) {
  EXPECT_OK(CheckPart(Space(), "integer", 9));
  EXPECT_OK(CheckPart(Space(), "category", Value()));
  EXPECT_THAT(CheckPart(Space(), "integer", 10), StatusIsCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(CheckPart(Space(), "integer", "9"), StatusIsCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(CheckPart(Space(), "other", 1), StatusIsCode(absl::StatusCode::kInvalidArgument));
}

TEST(PartialAssignment, APartInsideOfAGroupIsCheckedByItsPath) {
  const SearchSpace space = *SearchSpace::Create({{"lr", Uniform{0, 1}, {}, {"optimizer"}}});
  EXPECT_OK(CheckPart(space, {"optimizer", "lr"}, 0.5));
  EXPECT_OK(CheckPart(space, std::vector<std::string>{"optimizer"}, Value(Value::Map{{"lr", 0.5}})));
  EXPECT_THAT(CheckPart(space, {"optimizer", "lr"}, 2), StatusIsCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(CheckPart(space, {"optimizer", "momentum"}, 0.5), StatusIsCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(CheckPart(space, std::vector<std::string>{"lr"}, 0.5), StatusIsCode(absl::StatusCode::kInvalidArgument));
}

TEST(PartialAssignment, IsCompletedWithValuesAsTheSpaceGivesThem) {
  const Assignment rest = {{"category", "adam"}, {"fixed", 7},  {"huge", 0},        {"integer", 1},
                           {"real", 0.5},        {"step", 0.0}, {"step_integer", 0}};
  EXPECT_EQ(CompleteAssignment(Space(), {}, rest), rest);
  const Assignment given = {{"category", 1.0}, {"fixed", 7.0},      {"huge", kLargest},    {"integer", 3.0},
                            {"real", 2},       {"step", 0.1 + 0.2}, {"step_integer", 50.0}};
  const Assignment expected = {{"category", 1}, {"fixed", 7},  {"huge", kLargest},  {"integer", 3},
                               {"real", 2.0},   {"step", 0.3}, {"step_integer", 50}};
  const Assignment completed = CompleteAssignment(Space(), given, rest);
  EXPECT_EQ(completed, expected);
  EXPECT_OK(Space().CheckAssignment(completed));
}

TEST(PartialAssignment, OfAContinuousParameterKeepsTheGivenNumberBitExact) {
  const Assignment completed =
      CompleteAssignment(*SearchSpace::Create({{"lr", LogUniformValues{1e-5, 1}}}), {{"lr", 0.1}}, {{"lr", 0.5}});
  EXPECT_EQ(completed.at("lr"), Value(0.1));
}

}  // namespace
}  // namespace sweepd
