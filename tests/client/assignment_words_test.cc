#include "client/assignment_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/flat_trial.h"
#include "tests/support/status_matchers.h"

namespace sweepd::client {
namespace {

v1::SweepSpec SpecWith(const std::vector<std::string>& names) {
  v1::SweepSpec spec;
  for (const std::string& name : names) (*spec.mutable_parameters())[name] = {};
  return spec;
}

TEST(ParseScalarWord, ReadsWhatASweepFileWouldHold) {
  const struct {
    const char* word;
    Value value;
  } cases[] = {
      {"3", Value(3)},
      {"-3", Value(-3)},
      {"0.5", Value(0.5)},
      {"1e-5", Value(1e-5)},
      {".5", Value(0.5)},
      {"+2", Value(2)},
      {"true", Value(true)},
      {"True", Value(true)},
      {"FALSE", Value(false)},
      {"null", Value()},
      {"~", Value()},
      {"adam", Value("adam")},
      {"\"3\"", Value("3")},
      {"yes", Value("yes")},
      {"nan", Value("nan")},
      {"1.2.3", Value("1.2.3")},
      {"", Value("")},
      {"[1, 2]", Value(Value::List{1, 2})},
      {"{\"a\": 1}", Value(Value::Map{{"a", 1}})},
  };
  for (const auto& c : cases) EXPECT_EQ(ParseScalarWord(c.word), c.value) << c.word;
}

TEST(ParseAssignmentWords, TakesAValueThatHoldsAnEqualsSign) {
  ASSERT_OK_AND_ASSIGN(const Value::Map map, ParseAssignmentWords({"a=x=y", "b=1"}, SpecWith({"a", "b"})));
  EXPECT_EQ(map, (Value::Map{{"a", "x=y"}, {"b", 1}}));
}

TEST(ParseAssignmentWords, KnowsNestedParametersFromNamesWithDots) {
  const v1::SweepSpec spec = SpecWith({"opt", "data.path"});
  ASSERT_OK_AND_ASSIGN(const Value::Map map,
                       ParseAssignmentWords({"opt.lr=0.1", "opt.sgd.momentum=0.9", "data.path=/x"}, spec));
  EXPECT_EQ(
      map, (Value::Map{{"data.path", "/x"}, {"opt", Value::Map{{"lr", 0.1}, {"sgd", Value::Map{{"momentum", 0.9}}}}}}));
  EXPECT_EQ(FlatAssignment(map, spec), (Value::Map{{"data.path", "/x"}, {"opt.lr", 0.1}, {"opt.sgd.momentum", 0.9}}));
}

TEST(ParseAssignmentWords, SaysWhichWordIsWrong) {
  for (const char* word : {"lr", "=3"}) {
    EXPECT_THAT(ParseAssignmentWords({word}, SpecWith({"lr"})),
                StatusIs(absl::StatusCode::kInvalidArgument, testing::HasSubstr(word)));
  }
  EXPECT_THAT(ParseAssignmentWords({"lr=1", "lr=2"}, SpecWith({"lr"})),
              StatusIs(absl::StatusCode::kInvalidArgument, testing::HasSubstr("twice")));
  EXPECT_THAT(ParseAssignmentWords({"lr=1", "lr.x=2"}, SpecWith({"lr"})),
              StatusIs(absl::StatusCode::kInvalidArgument, testing::HasSubstr("twice")));
}

TEST(FlatAssignment, LeavesAMapAloneThatIsAChosenValue) {
  v1::SweepSpec spec = SpecWith({"a"});
  (*spec.mutable_parameters())["a"].mutable_categorical();
  const Value::Map assignment{{"a", Value::Map{{"x", 1}}}};
  EXPECT_EQ(FlatAssignment(assignment, spec), assignment);
}

}  // namespace
}  // namespace sweepd::client
