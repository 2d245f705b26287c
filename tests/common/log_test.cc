#include "common/log.h"

#include <gtest/gtest.h>

namespace sweepd {
namespace {

constexpr absl::string_view kTime = "2026-01-02T03:04:05.678Z";

TEST(FormatLogLine, WritesTextForPeople) {
  EXPECT_EQ(
      FormatLogLine(LogFormat::kText, LogLevel::kInfo, kTime, "trial leased", {{"sweep", "abcdefgh"}, {"trial", 3}}),
      "2026-01-02T03:04:05.678Z INFO trial leased sweep=abcdefgh trial=3");
  EXPECT_EQ(FormatLogLine(LogFormat::kText, LogLevel::kWarning, kTime, "x", {}), "2026-01-02T03:04:05.678Z WARNING x");
}

TEST(FormatLogLine, QuotesTextThatIsNotOneWord) {
  const auto field = [](const char* text) {
    return FormatLogLine(LogFormat::kText, LogLevel::kDebug, "t", "m", {{"f", text}});
  };
  EXPECT_EQ(field("plain-word/1.2"), "t DEBUG m f=plain-word/1.2");
  EXPECT_EQ(field(""), "t DEBUG m f=\"\"");
  EXPECT_EQ(field("two words"), "t DEBUG m f=\"two words\"");
  EXPECT_EQ(field("a=b"), "t DEBUG m f=\"a=b\"");
  EXPECT_EQ(field("line\nbreak"), "t DEBUG m f=\"line\\nbreak\"");
  EXPECT_EQ(field("\x1b[31m"), "t DEBUG m f=\"\\u001b[31m\"") << "a terminal must not obey a field";
}

TEST(FormatLogLine, WritesOneJsonObject) {
  EXPECT_EQ(FormatLogLine(LogFormat::kJson, LogLevel::kError, kTime, "it \"broke\"", {{"loss", 0.5}, {"why", Value()}}),
            R"({"level":"error","loss":0.5,"message":"it \"broke\"","time":"2026-01-02T03:04:05.678Z","why":null})");
}

}  // namespace
}  // namespace sweepd
