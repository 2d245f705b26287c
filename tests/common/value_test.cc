#include "common/value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <bit>

#include <cmath>
#include <limits>

#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

using ::testing::HasSubstr;

class JsonRoundTrip : public testing::TestWithParam<std::string> {};

TEST_P(JsonRoundTrip, GivesTheSameText) {
  ASSERT_OK_AND_ASSIGN(const Value value, ParseJson(GetParam()));
  EXPECT_EQ(ToJson(value), GetParam());
  ASSERT_OK_AND_ASSIGN(const Value again, ParseJson(ToPrettyJson(value)));
  EXPECT_EQ(again, value);
}

INSTANTIATE_TEST_SUITE_P(Table, JsonRoundTrip,
                         testing::Values("null", "true", "false", "0", "-1", "9223372036854775807",
                                         "-9223372036854775808", "0.0", "-0.0", "1.0", "0.1", "1e-05", "1e+300",
                                         "5e-324", "1.7976931348623157e+308", "\"\"", "\"a\\\"b\\\\c\\n\\r\\t\\u0001\"",
                                         "\"é😀/\"", "[]", "{}", "[1,1.0,\"1\",[],{}]",
                                         "{\"a\":{\"b\":[null]},\"c\":0.5}"));

TEST(ToJson, KeepsEveryBitAndTheKindOfAFloatingPointNumber) {
  for (const double number : {0.1, 1.0 / 3, 1e22, 1e21, 123456789.0, 2.0, -3e-310, std::nextafter(1.0, 2.0)}) {
    ASSERT_OK_AND_ASSIGN(const Value value, ParseJson(ToJson(Value(number))));
    ASSERT_TRUE(value.is_double()) << number;
    EXPECT_EQ(std::bit_cast<uint64_t>(value.as_double()), std::bit_cast<uint64_t>(number)) << number;
  }
}

TEST(ToJson, NamesWhatJsonCannotHold) {
  EXPECT_EQ(FormatDouble(std::nan("")), "NaN");
  EXPECT_EQ(FormatDouble(std::numeric_limits<double>::infinity()), "Infinity");
  EXPECT_EQ(FormatDouble(-std::numeric_limits<double>::infinity()), "-Infinity");
}

TEST(ToJson, OrdersKeys) {
  ASSERT_OK_AND_ASSIGN(const Value value, ParseJson(R"({"b":1,"a":2,"B":3})"));
  EXPECT_EQ(ToJson(value), R"({"B":3,"a":2,"b":1})");
}

TEST(ToPrettyJson, IndentsByTwoSpaces) {
  EXPECT_EQ(ToPrettyJson(Value(Value::Map{{"a", Value::List{1, 2}}, {"b", Value::Map{}}})),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
}

TEST(ParseJson, RefusesWhatIsNotOneFiniteValue) {
  for (const char* text : {"", "nul", "[1,]", "{\"a\" 1}", "1 2", "NaN", "Infinity", "1e999", "'a'", "\"\xFF\"", "01",
                           "[", "{\"a\":", "\"\\ud83d\"", "\"a\nb\""}) {
    EXPECT_THAT(ParseJson(text), StatusIsCode(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(ParseJson, TurnsAnIntegerBeyond64BitsIntoAFloatingPointNumber) {
  ASSERT_OK_AND_ASSIGN(const Value value, ParseJson("9223372036854775808"));
  EXPECT_EQ(value, Value(0x1p63));
}

TEST(ParseJson, BoundsTheDepth) {
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_OK(ParseJson(nested(65)));
  EXPECT_THAT(ParseJson(nested(66)), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("64 levels")));
  EXPECT_THAT(ParseJson(nested(100000)), StatusIsCode(absl::StatusCode::kInvalidArgument));
}

TEST(Value, KeepsKindsApart) {
  EXPECT_FALSE(Value(1) == Value(1.0));
  EXPECT_FALSE(Value(true) == Value(1));
  EXPECT_FALSE(Value("1") == Value(1));
  EXPECT_FALSE(Value() == Value(false));
  EXPECT_TRUE(Value("a").is_string()) << "a literal is text, not a truth value";
  EXPECT_EQ(Value(7).as_double(), 7.0);
}

}  // namespace
}  // namespace sweepd
