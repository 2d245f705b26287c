// The rule of early termination as a text of its own.
#include "server/spec/early_terminate_reader.h"

#include <gmock/gmock.h>

namespace sweepd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> ProblemsOf(const std::string& text) {
  std::vector<Problem> problems;
  EXPECT_EQ(ParseEarlyTerminate("rule", text, problems), std::nullopt) << text;
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(FormatProblem(problem));
  return texts;
}

TEST(EarlyTerminateText, IsWhatStandsBehindTheKeyInASweepFile) {
  std::vector<Problem> problems;
  EXPECT_EQ(ParseEarlyTerminate("rule", "{type: hyperband, max_iter: 27, s: 2}", problems),
            EarlyTerminate(Hyperband{BandsFromAbove{27, 2}, 3, false}));
  EXPECT_EQ(ParseEarlyTerminate("rule", "type: asha\nmin_iter: 2\n", problems), EarlyTerminate(Asha{2, 4}));
  EXPECT_THAT(problems, IsEmpty());
}

TEST(EarlyTerminateText, EveryMistakeHasItsPlace) {
  EXPECT_THAT(ProblemsOf("{type: median, min_iter: 0,\n min_trails: 3}"),
              ElementsAre("rule:1:26: early_terminate.min_iter: must be at least 1, but is 0",
                          "rule:2:2: early_terminate.min_trails: unknown key (did you mean min_trials?)"));
  EXPECT_THAT(ProblemsOf("{type: medium}"),
              ElementsAre("rule:1:8: early_terminate.type: must be hyperband, median or asha, but is \"medium\" "
                          "(did you mean median?)"));
  for (const char* text : {"", "null", "median", "[1]", "{", "a: b: c"}) EXPECT_EQ(ProblemsOf(text).size(), 1u) << text;
}

}  // namespace
}  // namespace sweepd
