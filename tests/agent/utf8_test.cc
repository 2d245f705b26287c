#include "agent/utf8.h"

#include <gtest/gtest.h>

namespace sweepd::agent {
namespace {

TEST(ValidUtf8, KeepsWhatIsValid) {
  for (const char* text : {"", "plain", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xed\x9f\xbf"}) {
    EXPECT_EQ(ValidUtf8(text), text);
  }
}

TEST(ValidUtf8, ReplacesEveryByteThatIsNot) {
  EXPECT_EQ(ValidUtf8("a\xff z"), "a? z");
  EXPECT_EQ(ValidUtf8("\xc3"), "?");                 // cut off
  EXPECT_EQ(ValidUtf8("\xc0\xaf"), "??");            // overlong
  EXPECT_EQ(ValidUtf8("\xed\xa0\x80"), "???");       // a surrogate
  EXPECT_EQ(ValidUtf8("\xf4\x90\x80\x80"), "????");  // beyond U+10FFFF
  EXPECT_EQ(ValidUtf8(absl::string_view("a\0b", 3)), "a?b");
}

}  // namespace
}  // namespace sweepd::agent
