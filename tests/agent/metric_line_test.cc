#include "agent/metric_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/status_matchers.h"

namespace sweepd::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(MetricLine, TakesStepAndValues) {
  ASSERT_OK_AND_ASSIGN(const MetricLine line, ParseMetricLine(R"({"step": 3, "val_acc": 0.91, "loss": 4})"));
  EXPECT_EQ(line.step, 3);
  EXPECT_THAT(line.values, ElementsAre(Pair("loss", 4.0), Pair("val_acc", 0.91)));
  EXPECT_EQ(line.event, std::nullopt);
}

TEST(MetricLine, TakesNumbersThatJsonLacks) {
  ASSERT_OK_AND_ASSIGN(const MetricLine line,
                       ParseMetricLine(R"({"a": NaN, "b": Infinity, "c":-Infinity, "d": -0.0})"));
  EXPECT_TRUE(std::isnan(line.values.at("a")));
  EXPECT_EQ(line.values.at("b"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(line.values.at("c"), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::signbit(line.values.at("d")));
}

TEST(MetricLine, LeavesTheWordsOfStringsAlone) {
  ASSERT_OK_AND_ASSIGN(const MetricLine line, ParseMetricLine(R"({"NaN": 1, "say \"Infinity": 2, "x\\": NaN})"));
  EXPECT_EQ(line.values.at("NaN"), 1);
  EXPECT_EQ(line.values.at("say \"Infinity"), 2);
  EXPECT_TRUE(std::isnan(line.values.at("x\\")));
}

TEST(MetricLine, TakesNumbersInStrings) {
  ASSERT_OK_AND_ASSIGN(const MetricLine line, ParseMetricLine(R"({"step": "7", "a": "0.5", "b": "nan", "c": "1e-3"})"));
  EXPECT_EQ(line.step, 7);
  EXPECT_EQ(line.values.at("a"), 0.5);
  EXPECT_TRUE(std::isnan(line.values.at("b")));
  EXPECT_EQ(line.values.at("c"), 1e-3);
}

TEST(MetricLine, NamesTheValuesThatAreNoNumbers) {
  ASSERT_OK_AND_ASSIGN(const MetricLine line,
                       ParseMetricLine(R"({"a": 1, "b": "good", "c": true, "d": [1], "e": null})"));
  EXPECT_THAT(line.values, ElementsAre(Pair("a", 1.0)));
  EXPECT_THAT(line.ignored, ElementsAre("b", "c", "d", "e"));
}

TEST(MetricLine, TakesTimesAsSecondsOrText) {
  for (const char* text : {R"({"time": 1767225600.5, "a": 1})", R"({"time": "2026-01-01T00:00:00.5Z", "a": 1})"}) {
    ASSERT_OK_AND_ASSIGN(const MetricLine line, ParseMetricLine(text));
    EXPECT_EQ(line.time, absl::FromUnixMillis(1767225600500)) << text;
  }
}

TEST(MetricLine, TakesEventsWithoutMetrics) {
  ASSERT_OK_AND_ASSIGN(const MetricLine checkpoint, ParseMetricLine(R"({"event": "checkpoint", "step": 5, "mb": 12})"));
  EXPECT_EQ(checkpoint.event, ProgramEvent::kCheckpoint);
  EXPECT_EQ(checkpoint.step, 5);
  EXPECT_TRUE(checkpoint.values.empty());
  ASSERT_OK_AND_ASSIGN(const MetricLine log, ParseMetricLine(R"({"event": "log", "message": "hello"})"));
  EXPECT_EQ(log.event, ProgramEvent::kLog);
  EXPECT_EQ(log.text, "hello");
}

struct BadLine {
  const char* text;
  const char* complaint;
};

TEST(MetricLine, SaysWhatIsWrongWithALine) {
  for (const BadLine& bad :
       {BadLine{"{\"a\": ", "JSON"}, BadLine{"loss=3", "JSON"}, BadLine{"[1]", "object"},
        BadLine{R"({"step": 1.5, "a": 1})", "integer"}, BadLine{R"({"step": NaN, "a": 1})", "integer"},
        BadLine{R"({"step": 3})", "no number"}, BadLine{R"({"event": "party"})", "checkpoint"},
        BadLine{R"({"time": -5, "a": 1})", "seconds"}}) {
    EXPECT_THAT(ParseMetricLine(bad.text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(bad.complaint)))
        << bad.text;
  }
}

}  // namespace
}  // namespace sweepd::agent
