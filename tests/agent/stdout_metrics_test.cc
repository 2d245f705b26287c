#include "agent/stdout_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/status_matchers.h"

namespace sweepd::agent {
namespace {

using Values = std::map<std::string, double>;

struct Row {
  StdoutMetrics mode;
  const char* line;
  std::optional<int64_t> step;
  Values values;  // empty: nothing is reported
};

TEST(StdoutMetrics, TakesWhatItsModeSays) {
  const std::vector<Row> rows = {
      {StdoutMetrics::kOff, R"([sweep] {"a": 1})", {}, {}},
      {StdoutMetrics::kAuto, R"([sweep] {"a": 1, "step": 2})", 2, {{"a", 1}}},
      {StdoutMetrics::kAuto, R"(  [tune-metric]: {"a": "0.5"})", {}, {{"a", 0.5}}},
      {StdoutMetrics::kAuto, R"({"a": 1})", {}, {}},
      {StdoutMetrics::kAuto, "loss=3", {}, {}},
      {StdoutMetrics::kKeyValue, R"([sweep] {"a": 1})", {}, {{"a", 1}}},
      {StdoutMetrics::kKeyValue, "epoch 3 loss=0.31, val_acc: 0.9", {}, {{"loss", 0.31}, {"val_acc", 0.9}}},
      {StdoutMetrics::kKeyValue, "step=4 train/loss=1e-3", 4, {{"train/loss", 1e-3}}},
      {StdoutMetrics::kKeyValue, "[INFO] (a=1)(b=2);c=-3|d=+4", {}, {{"a", 1}, {"b", 2}, {"c", -3}, {"d", 4}}},
      {StdoutMetrics::kKeyValue, "12:30:45 GPU:0 file.py:12 http://a/b?x=1", {}, {}},
      {StdoutMetrics::kKeyValue, "took: 3.2s time=5 lr=fast x=", {}, {}},
      {StdoutMetrics::kKeyValue, "step=3", {}, {}},
      {StdoutMetrics::kKeyValue, "step=nan a=1", {}, {{"a", 1}}},
      {StdoutMetrics::kKeyValue, "acc: 0.5 (best: 0.75)", {}, {{"acc", 0.5}, {"best", 0.75}}},
      {StdoutMetrics::kJson, R"({"a": 1, "note": "x"})", {}, {{"a", 1}}},
      {StdoutMetrics::kJson, "{'a': 1}", {}, {}},
      {StdoutMetrics::kJson, R"(result {"a": 1})", {}, {}},
  };
  for (const Row& row : rows) {
    ASSERT_OK_AND_ASSIGN(const std::optional<MetricLine> line, ParseOutputLine({row.mode}, row.line));
    EXPECT_EQ(line.has_value() ? line->values : Values(), row.values) << row.line;
    if (line.has_value()) {
      EXPECT_EQ(line->step, row.step) << row.line;
    }
  }
}

TEST(StdoutMetrics, TakesNotANumberFromPairs) {
  ASSERT_OK_AND_ASSIGN(const std::optional<MetricLine> line, ParseOutputLine({StdoutMetrics::kKeyValue}, "loss=nan"));
  ASSERT_TRUE(line.has_value());
  EXPECT_TRUE(std::isnan(line->values.at("loss")));
}

TEST(StdoutMetrics, RefusesAMarkedLineThatIsMalformed) {
  EXPECT_THAT(ParseOutputLine({StdoutMetrics::kAuto}, "[sweep] {oops"),
              StatusIsCode(absl::StatusCode::kInvalidArgument));
}

Row RowOf(const OutputFormat& format, const char* text) {
  const auto line = ParseOutputLine(format, text);
  EXPECT_OK(line);
  return line.ok() && line->has_value() ? Row{format.mode, text, (*line)->step, (*line)->values}
                                        : Row{format.mode, text, {}, {}};
}

TEST(StdoutMetrics, PatternsReportTheNamedGroupsThatAreNumbers) {
  ASSERT_OK_AND_ASSIGN(
      const OutputFormat format,
      MakeOutputFormat(StdoutMetrics::kRegex, {R"(^Epoch (?P<step>\d+).*loss (?P<loss>\S+))",
                                               R"((?P<loss>\S+) lost|acc (?P<acc>[0-9.]+)%|^  at (?P<at>\w+))"}));
  const std::vector<Row> rows = {
      {{}, "Epoch 3: loss 0.5", 3, {{"loss", 0.5}}},
      {{}, "Epoch 3: loss 1e-2 acc 90.5%", 3, {{"loss", 0.01}, {"acc", 90.5}}},
      {{}, "Epoch 3: loss 0.5, 7 lost", 3, {{"loss", 7}}},
      {{}, "Epoch 4: loss 0.5 after 7 lost", 4, {{"loss", 0.5}}},
      {{}, "Epoch x: loss 0.5", {}, {}},
      {{}, "Epoch 4: loss low", {}, {}},
      {{}, "  at 5", {}, {{"at", 5}}},
      {{}, "at 5", {}, {}},
      {{}, R"([sweep] {"loss": 3})", {}, {{"loss", 3}}},
      {{}, R"({"loss": 3})", {}, {}},
  };
  for (const Row& row : rows) {
    const Row got = RowOf(format, row.line);
    EXPECT_EQ(got.step, row.step) << row.line;
    EXPECT_EQ(got.values, row.values) << row.line;
  }
}

TEST(StdoutMetrics, NamesThePatternThatIsNone) {
  const auto format = MakeOutputFormat(StdoutMetrics::kRegex, {"(?P<x>.)", "(?P<y>"});
  EXPECT_THAT(format, StatusIsCode(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(format.status().message(), absl::string_view(R"re(stdout_pattern "(?P<y>": missing ): (?P<y>)re"));
}

}  // namespace
}  // namespace sweepd::agent
