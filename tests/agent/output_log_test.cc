#include "agent/output_log.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::agent {
namespace {

using testing::HasSubstr;

TEST(OutputLog, KeepsWhatIsWritten) {
  TemporaryFolder folder;
  ASSERT_OK_AND_ASSIGN(OutputLog log, OutputLog::Create(folder.File("output.log"), 1000));
  log.Append("one\n");
  log.Append("two\n");
  EXPECT_EQ(ReadAll(folder.File("output.log")), "one\ntwo\n");
  EXPECT_EQ(log.Tail(4096), "one\ntwo");
}

TEST(OutputLog, StopsAtItsSizeWithANoteAndStillKnowsTheLastLines) {
  TemporaryFolder folder;
  ASSERT_OK_AND_ASSIGN(OutputLog log, OutputLog::Create(folder.File("output.log"), 100));
  for (int i = 0; i < 1000; ++i) log.Append(absl::StrCat("line ", i, "\n"));
  const std::string text = ReadAll(folder.File("output.log"));
  EXPECT_LT(text.size(), 200u);
  EXPECT_THAT(text, HasSubstr("output beyond 100 bytes is not kept"));
  EXPECT_GT(log.dropped_bytes(), 0);
  EXPECT_EQ(log.Tail(16), "line 999");
}

TEST(OutputLog, GivesTheEndOfALineThatIsLongerThanTheTail) {
  TemporaryFolder folder;
  ASSERT_OK_AND_ASSIGN(OutputLog log, OutputLog::Create(folder.File("output.log"), 1 << 20));
  log.Append(std::string(50'000, 'a') + "end");
  EXPECT_EQ(log.Tail(6), "aaaend");
  EXPECT_EQ(log.Tail(100'000).size(), 4096u);
}

TEST(OutputLog, GivesValidText) {
  TemporaryFolder folder;
  ASSERT_OK_AND_ASSIGN(OutputLog log, OutputLog::Create(folder.File("output.log"), 1 << 20));
  log.Append("caf\xc3\xa9 \xff\n");
  EXPECT_EQ(log.Tail(4096), "caf\xc3\xa9 ?");
}

TEST(OutputLog, SaysWhyItCannotBeMade) {
  EXPECT_THAT(OutputLog::Create("/dev/null/output.log", 10),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("/dev/null/output.log")));
}

}  // namespace
}  // namespace sweepd::agent
