#include "server/net/refusal_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/fake_clock.h"

namespace sweepd {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class RefusalLogTest : public testing::Test {
 protected:
  FakeClock clock_;
  std::vector<std::string> lines_;
  RefusalLog log_{clock_,
                  [this](absl::string_view message, int64_t count, const std::string& peer, absl::string_view hint) {
                    lines_.push_back(absl::StrCat(message, " | ", count, " ", peer, " | ", hint));
                  }};
};

TEST_F(RefusalLogTest, TellsTheFirstRefusalAtOnceAndWhatToDo) {
  log_.Add(Refusal::kAddressLimit, "192.0.2.7");
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("| 1 192.0.2.7 | raise --max-connections-per-address")));
}

TEST_F(RefusalLogTest, CountsTheRestOfAMinuteInOneLine) {
  for (int i = 0; i < 500; ++i) log_.Add(Refusal::kTotalLimit, absl::StrCat("192.0.2.", i % 100));
  EXPECT_THAT(lines_, SizeIs(1));
  clock_.Advance(absl::Minutes(1));
  log_.Add(Refusal::kTotalLimit, "192.0.2.200");
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("| 1 192.0.2.0 |"), HasSubstr("| 500 192.0.2.200 |")));
}

TEST_F(RefusalLogTest, KeepsTheKindsApart) {
  log_.Add(Refusal::kTotalLimit, "192.0.2.1");
  log_.Add(Refusal::kNoDescriptors, "");
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("too many"), HasSubstr("no file descriptor is left | 1 unknown")));
}

TEST_F(RefusalLogTest, WritesWhatIsLeftAtTheEnd) {
  for (int i = 0; i < 3; ++i) log_.Add(Refusal::kTotalLimit, "192.0.2.1");
  log_.Flush();
  log_.Flush();
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("| 1 192.0.2.1"), HasSubstr("| 2 192.0.2.1")));
}

}  // namespace
}  // namespace sweepd
