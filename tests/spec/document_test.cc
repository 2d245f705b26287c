#include "server/spec/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "server/core/limits.h"
#include "server/spec/scalar.h"
#include "server/spec/source_text.h"

namespace sweepd {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct ScalarCase {
  std::string text;
  std::string json;  // kind and value
};

class CoreSchema : public testing::TestWithParam<ScalarCase> {};

TEST_P(CoreSchema, TypesAPlainScalar) {
  const Scalar scalar = ResolveScalar(GetParam().text);
  EXPECT_TRUE(scalar.is_finite);
  EXPECT_EQ(ToJson(scalar.value), GetParam().json) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, CoreSchema,
    testing::Values(ScalarCase{"", "null"}, ScalarCase{"~", "null"}, ScalarCase{"Null", "null"},
                    ScalarCase{"nULL", "\"nULL\""}, ScalarCase{"true", "true"}, ScalarCase{"FALSE", "false"},
                    ScalarCase{"yes", "\"yes\""}, ScalarCase{"off", "\"off\""}, ScalarCase{"1e-5", "1e-05"},
                    ScalarCase{"1E+3", "1000.0"}, ScalarCase{"-.5", "-0.5"}, ScalarCase{"3.", "3.0"},
                    ScalarCase{"+7", "7"}, ScalarCase{"010", "10"}, ScalarCase{"0x1F", "31"}, ScalarCase{"0o17", "15"},
                    ScalarCase{"0x", "\"0x\""}, ScalarCase{"0x-1", "\"0x-1\""}, ScalarCase{"-0x1", "\"-0x1\""},
                    ScalarCase{"0o9", "\"0o9\""}, ScalarCase{"1_000", "\"1_000\""}, ScalarCase{"1:30", "\"1:30\""},
                    ScalarCase{"1e", "\"1e\""}, ScalarCase{"e5", "\"e5\""}, ScalarCase{".", "\".\""},
                    ScalarCase{"+", "\"+\""}, ScalarCase{"--1", "\"--1\""}, ScalarCase{"inf", "\"inf\""},
                    ScalarCase{"nan", "\"nan\""}, ScalarCase{"9223372036854775807", "9223372036854775807"},
                    ScalarCase{"9223372036854775808", "9223372036854775808.0"},
                    ScalarCase{"0x10000000000000000", "18446744073709551616.0"}, ScalarCase{"1e-400", "0.0"}));

TEST(CoreSchema, MarksNumbersThatAreNotFinite) {
  for (const char* text : {".inf", "-.INF", "+.Inf", ".nan", ".NaN", "1e400", "-1e999"}) {
    EXPECT_FALSE(ResolveScalar(text).is_finite) << text;
  }
}

TEST(Document, KnowsThePlaceOfKeysAndValues) {
  const Document document = ParseDocument("# comment\na:\n  bc: [1, x]\n  d:\ne: {\"f\": 'g'}\n");
  ASSERT_TRUE(document.root.has_value());
  const DocumentNode& root = *document.root;
  ASSERT_THAT(root.members, SizeIs(2));
  EXPECT_EQ(root.members[0].key_place, (Place{2, 1}));
  const DocumentNode& a = root.members[0].value;
  EXPECT_EQ(a.place, (Place{3, 3}));
  EXPECT_EQ(a.members[0].value.place, (Place{3, 7}));
  EXPECT_EQ(a.members[0].value.items[1].place, (Place{3, 11}));
  EXPECT_EQ(a.members[1].value.place, (Place{4, 3})) << "a value that is left out stands at its key";
  const DocumentNode& e = root.members[1].value;
  EXPECT_EQ(e.members[0].key_place, (Place{5, 5}));
  EXPECT_EQ(e.members[0].value.place, (Place{5, 10}));
  EXPECT_EQ(e.members[0].value.text, "g");
}

TEST(Document, KeepsQuotedScalarsAsStrings) {
  const Document block = ParseDocument("a: |\n  1\nb: >-\n  true\n");
  ASSERT_TRUE(block.root.has_value());
  EXPECT_EQ(block.root->members[0].value.scalar, Value("1\n"));
  EXPECT_EQ(block.root->members[1].value.scalar, Value("true"));
  const Document flow = ParseDocument("[\"1\", 'true', \"\", !!str 5]");
  ASSERT_TRUE(flow.root.has_value());
  for (const DocumentNode& item : flow.root->items) EXPECT_TRUE(item.scalar.is_string()) << item.text;
}

TEST(Document, ReportsEveryDuplicateKeyAndKeepsTheFirst) {
  const Document document = ParseDocument("a: 1\nb: {c: 1, c: 2}\na: 3\n");
  ASSERT_THAT(document.problems, SizeIs(2));
  EXPECT_EQ(document.problems[0].path, "b.c");
  EXPECT_EQ(document.problems[1].path, "a");
  EXPECT_EQ(document.problems[1].line, 3);
  ASSERT_TRUE(document.root.has_value());
  EXPECT_EQ(document.root->members[0].value.scalar, Value(1));
}

TEST(Document, AcceptsExactlyTheDeepestNesting) {
  const auto nested = [](int depth) {
    return std::string(static_cast<size_t>(depth), '[') + std::string(static_cast<size_t>(depth), ']');
  };
  EXPECT_THAT(ParseDocument(nested(kMaxSweepFileDepth)).problems, IsEmpty());
  EXPECT_THAT(ParseDocument(nested(kMaxSweepFileDepth + 1)).problems, SizeIs(1));
}

TEST(Document, CountsTheDepthBehindAnAlias) {
  std::string text = "a: &a " + std::string(40, '[') + std::string(40, ']') + "\nb: ";
  EXPECT_TRUE(ParseDocument(text + std::string(23, '[') + "*a" + std::string(23, ']') + "\n").root.has_value());
  EXPECT_FALSE(ParseDocument(text + std::string(24, '[') + "*a" + std::string(24, ']') + "\n").root.has_value());
}

TEST(Document, BoundsTheCopiesOfALargeScalar) {
  std::string text = "a: &a " + std::string(100000, 'x') + "\nb: [";
  for (int i = 0; i < 20; ++i) text += "*a, ";
  const Document document = ParseDocument(text + "*a]\n");
  ASSERT_THAT(document.problems, SizeIs(1));
  EXPECT_THAT(document.problems[0].message, HasSubstr("expand to more than"));
}

TEST(Document, MergesMapsWithTheirOwnKeysFirst) {
  const Document document =
      ParseDocument("base: &b {x: 1, y: 2}\nother: &o {x: 5, z: 6}\nm:\n  <<: [*b, *o]\n  y: 3\n");
  ASSERT_TRUE(document.root.has_value());
  std::map<std::string, Value> merged;
  for (const DocumentMember& member : document.root->members[2].value.members) {
    merged[member.key] = member.value.scalar;
  }
  EXPECT_EQ(merged, (std::map<std::string, Value>{{"x", 1}, {"y", 3}, {"z", 6}}));
}

TEST(Document, SeesAQuoteThatIsNeverClosed) {
  for (const char* text : {"a: 'b\n", "a: \"b\nc: d\n", "a: 'it''s\n", "a: \"x\\\"\n", "a: !!str 'b\n", "a: 'b"}) {
    EXPECT_FALSE(ParseDocument(text).root.has_value()) << text;
  }
  for (const char* text : {"a: 'b'\n", "a: 'it''s'\n", "a: \"x\\\"\"\n", "a: &x 'b'", "a: it's\n", "a: |\n  'b\n"}) {
    EXPECT_TRUE(ParseDocument(text).root.has_value()) << text;
  }
}

TEST(SourceText, RefusesTextThatIsNotUtf8) {
  for (const std::string text : {"\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                 "\xF5\x80\x80\x80", "a\xC3", "\xFF\xFE"}) {
    EXPECT_TRUE(FindTextProblem(text).has_value()) << text;
  }
  for (const std::string text : {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xEF\xBB\xBFx", "\xED\x9F\xBF"}) {
    EXPECT_FALSE(FindTextProblem(text).has_value()) << text;
  }
}

TEST(SourceText, JoinsTheEscapesOfOneCharacterInJson) {
  EXPECT_EQ(PrepareText(R"({"a": "\ud83d\ude00"})"), R"({"a": "\U0001F600"})");
  EXPECT_EQ(PrepareText(R"({"a": "\\ud83d\\ude00 \ud83d \u00e9\n"})"), R"({"a": "\\ud83d\\ude00 \ud83d \u00e9\n"})");
  EXPECT_EQ(PrepareText(R"(a: '\ud83d\ude00')"), R"(a: '\ud83d\ude00')") << "not JSON";
}

TEST(SourceText, LetsTabsStandWhereTheyDoNotIndent) {
  for (const char* text : {"a:\tb\n", "a: 1\n\t\n\t# comment\nb: 2\n", "{\n\t\"a\": 1\n}\n", "a: |\n  x\n  \ty\n"}) {
    EXPECT_TRUE(ParseDocument(text).root.has_value()) << text;
  }
}

}  // namespace
}  // namespace sweepd
