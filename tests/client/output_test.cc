#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "client/output/csv.h"
#include "client/output/list_printer.h"
#include "client/output/number_text.h"
#include "client/output/problem_text.h"
#include "client/output/stop_table.h"
#include "client/output/styled_text.h"
#include "client/output/sweep_output.h"
#include "client/output/table.h"

namespace sweepd::client {
namespace {

constexpr Terminal kPipe;
constexpr Terminal kScreen{.is_terminal = true, .colour = true, .width = 20};

TEST(Table, AlignsColumnsAndEndsNoLineWithSpaces) {
  Table table({{"ID"}, {"ENDED", Align::kRight}, {"NAME"}});
  table.Add({"a", "1/12", "first"});
  table.Add({"bcd", "12/12", ""});
  std::ostringstream out;
  table.Print(out, kPipe);
  EXPECT_EQ(out.str(),
            "ID   ENDED  NAME\n"
            "a     1/12  first\n"
            "bcd  12/12\n");
}

TEST(Table, LeavesOutColumnsWithoutContent) {
  Table table({{"ID"}, {"FAILED", Align::kRight}, {"NAME"}});
  table.Add({"a", "", "x"});
  std::ostringstream out;
  table.Print(out, kPipe);
  EXPECT_EQ(out.str(), "ID  NAME\na   x\n");
}

TEST(Table, AlignsWideAndCombiningCharacters) {
  Table table({{"NAME"}, {"N", Align::kRight}});
  table.Add({"模型", "1"});
  table.Add({"e\u0301té", "22"});
  std::ostringstream out;
  table.Print(out, kPipe);
  EXPECT_EQ(out.str(), "NAME   N\n模型   1\ne\u0301té   22\n");
}

TEST(Table, CutsLinesAtTheWidthOfATerminalOnly) {
  Table table({{"A"}, {"TEXT"}});
  table.Add({"1", "a text that is longer than a line"});
  EXPECT_EQ(table.Lines({.is_terminal = true, .width = 12}).back(), "1  a text t…");
  EXPECT_EQ(table.Lines(kPipe).back(), "1  a text that is longer than a line");
}

TEST(Table, ColoursStatesOnlyWhereColoursAreShown) {
  Table table({{"STATE"}});
  table.Add({{"FAILED", Style::kRed}});
  EXPECT_EQ(table.Lines(kScreen).back(), "\x1b[31mFAILED\x1b[0m");
  EXPECT_EQ(table.Lines(kPipe).back(), "FAILED");
}

TEST(Table, LetsNoCellSteerTheTerminal) {
  Table table({{"MESSAGE"}});
  table.Add({"a\nb\x1b[2Jc"});
  EXPECT_EQ(table.Lines(kPipe).back(), "a b?[2Jc");
}

TEST(Block, AlignsTextsBehindLabels) {
  Block block;
  block.Add("State", "ACTIVE");
  block.Add("Assignment", "lr=0.1");
  block.Add("", "batch_size=16");
  std::ostringstream out;
  block.Print(out, kPipe);
  EXPECT_EQ(out.str(),
            "State       ACTIVE\n"
            "Assignment  lr=0.1\n"
            "            batch_size=16\n");
}

TEST(StyledText, MeasuresWhatATerminalShows) {
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("é"), 1);
  EXPECT_EQ(DisplayWidth("日本"), 4);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1);
  EXPECT_EQ(DisplayWidth("\xff\xe6"), 2) << "bytes that are not UTF-8 count one each";
}

TEST(StyledText, TruncatesBetweenCharacters) {
  EXPECT_EQ(Truncate("abcdef", 6), "abcdef");
  EXPECT_EQ(Truncate("abcdefg", 6), "abcde…");
  EXPECT_EQ(Truncate("日本語", 4), "日…");
  EXPECT_EQ(Truncate("abc", 0), "");
}

TEST(Csv, QuotesOnlyWhereItMust) {
  EXPECT_EQ(CsvLine({"a", "b c", "d,e", "say \"hi\"", "two\nlines", ""}),
            "a,b c,\"d,e\",\"say \"\"hi\"\"\",\"two\nlines\",\n");
}

TEST(Csv, FindsFieldsByPath) {
  const Value resource = Value::Map{{"state", "FAILED"},
                                    {"counts", Value::Map{{"running", 2}}},
                                    {"objective", Value()},
                                    {"objective_nonfinite", "NaN"},
                                    {"assignment", Value::Map{{"opt.lr", 0.1}, {"layers", Value::List{1, 2}}}}};
  EXPECT_EQ(CsvField(resource, "state"), "FAILED");
  EXPECT_EQ(CsvField(resource, "counts.running"), "2");
  EXPECT_EQ(CsvField(resource, "objective"), "NaN");
  EXPECT_EQ(CsvField(resource, "param.opt.lr"), "0.1");
  EXPECT_EQ(CsvField(resource, "param.layers"), "[1,2]");
  EXPECT_EQ(CsvField(resource, "param.missing"), "");
  EXPECT_EQ(CsvField(resource, "state.deeper"), "");
}

TEST(NumberText, HasSixDigitsAtMost) {
  EXPECT_EQ(NumberText(0.93), "0.93");
  EXPECT_EQ(NumberText(1.0 / 3), "0.333333");
  EXPECT_EQ(NumberText(1.5e-5), "1.5e-05");
  EXPECT_EQ(NumberText(std::nan("")), "NaN");
  EXPECT_EQ(NumberText(-std::numeric_limits<double>::infinity()), "-Infinity");
}

TEST(NumberText, ShowsTheTwoLargestUnitsOfADuration) {
  const struct {
    absl::Duration duration;
    const char* text;
  } cases[] = {{absl::Seconds(-3), "0s"},     {absl::Milliseconds(850), "850ms"}, {absl::Seconds(12.9), "12s"},
               {absl::Seconds(192), "3m12s"}, {absl::Minutes(125), "2h05m"},      {absl::Hours(76), "3d04h"}};
  for (const auto& c : cases) EXPECT_EQ(DurationText(c.duration), c.text);
}

TEST(NumberText, WritesAssignmentsInNameOrder) {
  EXPECT_EQ(AssignmentText({{"lr", 0.1}, {"batch_size", 16}, {"name", "adam"}, {"flag", true}, {"none", Value()}}),
            "batch_size=16 flag=true lr=0.1 name=adam none=null");
}

TEST(StopTable, SaysByWhatAnAttemptWasJudged) {
  v1::GetTrialResponse response;
  std::ostringstream out;
  response.add_attempts()->set_number(1);
  PrintStops(out, kPipe, response, absl::UTCTimeZone());
  EXPECT_EQ(out.str(), "");
  v1::Attempt& attempt = *response.add_attempts();
  attempt.set_number(2);
  v1::StopDecision& stop = *attempt.mutable_stop();
  stop.set_rule("hyperband");
  stop.set_iteration(9);
  stop.set_value(0.5);
  stop.set_threshold(0.25);
  stop.set_trials(12);
  stop.mutable_time()->set_seconds(1767225600);
  PrintStops(out, kPipe, response, absl::UTCTimeZone());
  EXPECT_EQ(out.str(),
            "\nSTOPPED ATTEMPT  RULE       ITERATION  VALUE  THRESHOLD  BY TRIALS  DECIDED\n"
            "              2  hyperband          9    0.5       0.25         12  2026-01-01 00:00:00\n");
}

TEST(SweepOutput, SaysWhichRuleStopsTrialsEarly) {
  v1::Sweep sweep;
  sweep.mutable_spec()->mutable_early_terminate()->mutable_asha()->set_min_iter(2);
  sweep.mutable_spec()->mutable_early_terminate()->mutable_asha()->set_eta(4);
  std::ostringstream out;
  PrintSweep(out, kPipe, sweep, absl::UTCTimeZone());
  EXPECT_THAT(out.str(), testing::HasSubstr("\nStops early  asha eta=4 min_iter=2\n"));
}

TEST(ProblemText, LooksLikeACompilersMessage) {
  v1::Problem problem;
  problem.set_message("must be below max");
  EXPECT_EQ(ProblemText(problem), "must be below max\n");
  problem.set_path("parameters.lr.min");
  EXPECT_EQ(ProblemText(problem), "parameters.lr.min: must be below max\n");
  problem.set_file("sweep.yaml");
  problem.set_line(3);
  problem.set_column(5);
  problem.set_hint("swap them");
  EXPECT_EQ(ProblemText(problem), "sweep.yaml:3:5: parameters.lr.min: must be below max\n    hint: swap them\n");
}

TEST(ListPrinter, PrintsEveryFormat) {
  const auto print = [](Format format) {
    std::ostringstream out;
    ListPrinter printer(out, kPipe, format, {{"ID"}, {"N", Align::kRight}}, {"id", "n"});
    printer.Add({.id = "a", .json = Value::Map{{"id", "a"}, {"n", 1}}, .cells = {"a", "1"}});
    printer.Add({.id = "b", .json = Value::Map{{"id", "b"}, {"n", Value()}}, .cells = {"b", ""}});
    printer.Finish("nothing");
    return out.str();
  };
  EXPECT_EQ(print(Format::kTable), "ID  N\na   1\nb\n");
  EXPECT_EQ(print(Format::kId), "a\nb\n");
  EXPECT_EQ(print(Format::kCsv), "id,n\na,1\nb,\n");
  EXPECT_EQ(print(Format::kJsonl), "{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n\":null}\n");
  EXPECT_EQ(print(Format::kJson),
            "[\n  {\n    \"id\": \"a\",\n    \"n\": 1\n  },\n  {\n    \"id\": \"b\",\n    \"n\": null\n  }\n]\n");
}

TEST(ListPrinter, SaysInATableThatThereIsNothing) {
  std::ostringstream out;
  ListPrinter printer(out, kPipe, Format::kTable, {{"ID"}}, {"id"});
  printer.Finish("No sweeps.");
  EXPECT_EQ(out.str(), "No sweeps.\n");
}

}  // namespace
}  // namespace sweepd::client
