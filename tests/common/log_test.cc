#include "common/log.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

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

// In a process of its own, which the log belongs to.
TEST(LogToFileDeathTest, RotatesWithoutLosingALine) {
  TemporaryFolder folder;
  EXPECT_EXIT(
      {
        ConfigureLog(LogLevel::kInfo, LogFormat::kText);
        const absl::Status opened = LogToFile(folder.File("sweepd.log"), 64 << 10);
        for (int i = 0; i < 2000; ++i) LogInfo("line", {{"number", i}, {"text", std::string(60, 'x')}});
        std::_Exit(opened.ok() ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
  std::string all;
  for (const char* name : {"sweepd.3.log", "sweepd.2.log", "sweepd.1.log", "sweepd.log"}) {
    if (!std::filesystem::exists(folder.File(name))) continue;
    EXPECT_LE(std::filesystem::file_size(folder.File(name)), 64u << 10);
    all += ReadAll(folder.File(name));
  }
  size_t at = 0;
  for (int i = 0; i < 2000; ++i) {
    at = all.find(absl::StrCat("number=", i, " "), at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST(LogToFile, SaysThatAFileCannotBeWritten) {
  TemporaryFolder folder;
  AppendTo(folder.File("file"), "x");
  EXPECT_THAT(LogToFile(folder.File("file/log"), 64 << 10), StatusIsCode(absl::StatusCode::kUnavailable));
}

TEST(LogToFileDeathTest, IsNotHeldUpByAFullDisk) {
  EXPECT_EXIT(
      {
        ConfigureLog(LogLevel::kInfo, LogFormat::kText);
        if (!LogToFile("/dev/full", 64 << 10).ok()) std::_Exit(1);
        for (int i = 0; i < 100; ++i) LogInfo("line");
        std::_Exit(0);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace sweepd
