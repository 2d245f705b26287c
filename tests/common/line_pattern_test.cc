#include "common/line_pattern.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

std::string WhyRefused(const std::string& pattern) {
  const absl::StatusOr<LinePattern> compiled = LinePattern::Compile(pattern);
  EXPECT_EQ(compiled.status().code(), absl::StatusCode::kInvalidArgument) << pattern;
  return std::string(compiled.status().message());
}

TEST(LinePattern, FindsTheNamedPartsOfTheFirstMatch) {
  ASSERT_OK_AND_ASSIGN(const LinePattern pattern,
                       LinePattern::Compile(R"((\w+) loss=(?P<loss>\S+)( acc=(?P<acc>\S+))?)"));
  EXPECT_THAT(pattern.Match("train loss=0.5 acc=0.9 then train loss=7"),
              ElementsAre(Pair("acc", "0.9"), Pair("loss", "0.5")));
  EXPECT_THAT(pattern.Match("train loss=0.5"), ElementsAre(Pair("loss", "0.5")));
  EXPECT_THAT(pattern.Match("loss"), IsEmpty());
  EXPECT_THAT(pattern.Match(""), IsEmpty());
}

TEST(LinePattern, ALineThatIsNotUtf8CanMatch) {
  ASSERT_OK_AND_ASSIGN(const LinePattern pattern, LinePattern::Compile("x=(?P<x>[0-9]+)"));
  EXPECT_THAT(pattern.Match("\xff\xfe x=3 \xc3"), ElementsAre(Pair("x", "3")));
}

TEST(LinePattern, SaysWhatIsWrong) {
  EXPECT_EQ(WhyRefused("loss=([0-9]+)"), "has no named group");
  EXPECT_EQ(WhyRefused(""), "has no named group");
  EXPECT_EQ(WhyRefused("(?P<x>["), "missing ]: [");
  EXPECT_THAT(WhyRefused("(?P<a b>x)"), HasSubstr("invalid named capture group: (?P<a b>"));
  EXPECT_EQ(WhyRefused("(?P<x>.)|(?P<x>.)"), "gives two groups the same name");
  EXPECT_THAT(WhyRefused("(?<=loss)(?P<x>.)"), HasSubstr("RE2 has no look-around"));
  EXPECT_EQ(WhyRefused(std::string(1025, 'x')), "has 1025 bytes, and at most 1024 are allowed");
}

TEST(LinePattern, APatternOfMuchMemoryIsRefused) {
  std::string much = "(?P<x>";
  for (int i = 0; i < 100; ++i) absl::StrAppend(&much, R"(\pL{999})");
  EXPECT_THAT(WhyRefused(much + ")"), HasSubstr("too large"));
}

// With a matcher that backtracks this would not end.
TEST(LinePattern, TakesTimeThatIsLinearInTheLine) {
  ASSERT_OK_AND_ASSIGN(const LinePattern pattern, LinePattern::Compile("(?P<x>(a*)*)*b"));
  EXPECT_THAT(pattern.Match(std::string(1 << 16, 'a')), IsEmpty());
}

}  // namespace
}  // namespace sweepd
