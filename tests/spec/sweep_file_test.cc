// Every file in good/ gives the warnings and the spec beside it, every file in bad/ exactly the errors beside it.
//
// To renew the expectations after a wanted change, run the test with SWEEPD_RENEW set and read the difference.
#include "server/spec/sweep_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "server/core/limits.h"

namespace sweepd {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::stringstream content;
  content << stream.rdbuf();
  return content.str();
}

// What a user would see.
std::string Outcome(const std::string& name, const std::string& text) {
  const ParsedSweep parsed = ParseSweepFile(name, text);
  std::string outcome;
  for (const Problem& problem : parsed.problems) absl::StrAppend(&outcome, FormatProblem(problem), "\n");
  if (!parsed.problems.empty()) return outcome;
  for (const Problem& warning : parsed.warnings) absl::StrAppend(&outcome, "warning: ", FormatProblem(warning), "\n");
  if (parsed.spec.has_value()) absl::StrAppend(&outcome, ToPrettyJson(SpecToValue(*parsed.spec)), "\n");
  return outcome;
}

std::vector<std::string> FilesIn(const std::string& folder, const std::string& expectation) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(SWEEPD_SPEC_TEST_DIR "/") + folder)) {
    if (entry.path().extension() != expectation) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  return std::filesystem::path(info.param).stem().string();
}

void ExpectOutcome(const std::filesystem::path& file, const std::string& extension) {
  std::filesystem::path expectation = file;
  expectation.replace_extension(extension);
  const std::string outcome = Outcome(file.filename().string(), ReadFile(file));
  if (std::getenv("SWEEPD_RENEW") != nullptr) std::ofstream(expectation) << outcome;
  EXPECT_EQ(outcome, ReadFile(expectation));
}

class GoodSweepFile : public testing::TestWithParam<std::string> {};

TEST_P(GoodSweepFile, GivesTheSpecBesideIt) {
  EXPECT_THAT(ParseSweepFile("", ReadFile(GetParam())).problems, IsEmpty());
  ExpectOutcome(GetParam(), ".expected");
}

INSTANTIATE_TEST_SUITE_P(Corpus, GoodSweepFile, testing::ValuesIn(FilesIn("good", ".expected")), TestName);

class BadSweepFile : public testing::TestWithParam<std::string> {};

TEST_P(BadSweepFile, GivesTheErrorsBesideIt) {
  EXPECT_FALSE(ParseSweepFile("", ReadFile(GetParam())).spec.has_value());
  ExpectOutcome(GetParam(), ".errors");
}

INSTANTIATE_TEST_SUITE_P(Corpus, BadSweepFile, testing::ValuesIn(FilesIn("bad", ".errors")), TestName);

TEST(SweepFile, SaysWhetherTheSeedWasGiven) {
  const std::string text = "method: grid\nprogram: a.py\nparameters: {a: {value: 1}}\n";
  EXPECT_FALSE(ParseSweepFile("f", text).seed_given);
  const ParsedSweep seeded = ParseSweepFile("f", text + "seed: 0\n");
  EXPECT_TRUE(seeded.seed_given);
  EXPECT_EQ(seeded.spec->seed, 0u);
}

TEST(SweepFile, RefusesATextThatIsTooLarge) {
  const ParsedSweep parsed = ParseSweepFile("f", std::string(kMaxSweepFileBytes + 1, ' '));
  ASSERT_THAT(parsed.problems, SizeIs(1));
  EXPECT_THAT(FormatProblem(parsed.problems[0]), HasSubstr("at most 1048576 are allowed"));
}

TEST(SweepFile, ReportsABoundedNumberOfProblems) {
  std::string text = "method: grid\nprogram: a.py\nparameters:\n";
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&text, "  p", i, ": {min: 2, max: 1}\n");
  const ParsedSweep parsed = ParseSweepFile("f", text);
  ASSERT_THAT(parsed.problems, SizeIs(kMaxSweepProblems + 1));
  EXPECT_EQ(parsed.problems.back().message, "900 more after this one");
}

TEST(SweepFile, CutsLongTextInMessagesBetweenCharacters) {
  std::string text = "method: \"";
  for (int i = 0; i < 1000; ++i) text += "\xC3\xA9";
  const ParsedSweep parsed = ParseSweepFile("f", text + "\"\nprogram: a.py\nparameters: {a: {value: 1}}\n");
  ASSERT_THAT(parsed.problems, SizeIs(1));
  EXPECT_LT(parsed.problems[0].message.size(), 200u);
  EXPECT_THAT(parsed.problems[0].message, HasSubstr("\xC3\xA9...\""));
}

TEST(SweepFile, AcceptsAGridOfExactlyTwoToThe63Points) {
  const auto parse = [](absl::string_view max) {
    return ParseSweepFile("f",
                          absl::StrCat("method: grid\nprogram: a.py\nparameters:\n  a: {min: 0, max: ", max, "}\n"));
  };
  EXPECT_TRUE(parse("9223372036854775807").spec.has_value());
  EXPECT_THAT(
      ParseSweepFile("f", "method: grid\nprogram: a.py\nparameters:\n  a: {min: -1, max: 9223372036854775807}\n")
          .problems,
      SizeIs(1));
}

// A hostile file must not cost more than its size.
TEST(SweepFile, ReadsLargeRepetitiveTextsInReasonableTime) {
  for (const std::string piece : {"[",  "{",   "- ",  "? ",   "&a ",  "!a ", "\"",   "'",     "*a ",
                                  "| ", "a: ", "\n",  "a:\n", "{a: ", "[1,", "--- ", "---\n", "x ",
                                  "\\", "%",   "?\n", "-\n",  ": ",   ",",   "[]",   "&a [",  "<<: "}) {
    std::string text;
    while (text.size() < 100000) text += piece;
    EXPECT_FALSE(ParseSweepFile("f", text).spec.has_value()) << piece;
  }
}

TEST(SweepFile, ReadsManyConditionsInReasonableTime) {
  const std::string head = "method: grid\nprogram: a.py\nparameters:\n";
  std::string unknown = head;
  std::string group = head + "  c: {min: 1, max: 100000}\n  g:\n    when: {c: [";
  for (int i = 1; i <= 20'000; ++i) absl::StrAppend(&group, i, ",");
  group += "]}\n    parameters:\n";
  for (int i = 0; i < 20'000; ++i) {
    absl::StrAppend(&unknown, "  parameter", i, ": {value: 1, when: {other", i, ": 1}}\n");
    absl::StrAppend(&group, "      m", i, ": {value: 1}\n");
  }
  EXPECT_THAT(ParseSweepFile("f", unknown).problems, SizeIs(1)) << "too many values in conditions";
  EXPECT_THAT(ParseSweepFile("f", group).problems, SizeIs(1));
}

TEST(SweepFile, NeverFailsOnTruncatedText) {
  for (const std::string& file : FilesIn("good", ".expected")) {
    const std::string text = ReadFile(file);
    for (size_t length = 0; length < text.size(); ++length) {
      const ParsedSweep parsed = ParseSweepFile("f", text.substr(0, length));
      EXPECT_EQ(parsed.spec.has_value(), parsed.problems.empty()) << file << " cut at " << length;
    }
  }
}

TEST(Problem, IsFormattedWithItsPlaceAndHint) {
  EXPECT_EQ(FormatProblem({"sweep.yaml", 4, 11, "parameters.lr.min", "is wrong", "be right"}),
            "sweep.yaml:4:11: parameters.lr.min: is wrong (be right)");
  EXPECT_EQ(FormatProblem({"", 0, 0, "method", "is wrong", ""}), "method: is wrong");
  EXPECT_EQ(FormatProblem({"f", 1, 1, "", "is wrong", ""}), "f:1:1: is wrong");
}

TEST(Problem, AreArrangedByPlaceAndOtherwiseKeepTheirOrder) {
  std::vector<Problem> problems = {MakeProblem({2, 1}, "c", ""), MakeProblem({1, 9}, "a", ""),
                                   MakeProblem({2, 1}, "d", ""), MakeProblem({1, 10}, "b", "")};
  ArrangeProblems(problems);
  std::vector<std::string> paths;
  for (const Problem& problem : problems) paths.push_back(problem.path);
  EXPECT_THAT(paths, ElementsAre("a", "b", "c", "d"));
}

}  // namespace
}  // namespace sweepd
