#include "agent/report_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "agent/metric_line.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::agent {
namespace {

using testing::HasSubstr;

class ReportCommandTest : public testing::Test {
 protected:
  ReportCommandTest() {
    variables_ = {{"SWEEP_METRICS_FILE", folder_.File("metrics.jsonl")},
                  {"SWEEP_STOP_FILE", folder_.File("stop.json")}};
    AppendTo(variables_["SWEEP_METRICS_FILE"], "");
  }

  EarlyExit Run(const std::vector<std::string>& arguments) {
    return Report(arguments, [this](const char* name) -> const char* {
      const auto it = variables_.find(name);
      return it == variables_.end() ? nullptr : it->second.c_str();
    });
  }
  std::string Written() { return ReadAll(folder_.File("metrics.jsonl")); }

  TemporaryFolder folder_;
  std::map<std::string, std::string> variables_;
};

TEST_F(ReportCommandTest, AppendsTheLineThatTheAgentReads) {
  EXPECT_EQ(Run({"val_acc=0.1", "step=3", "loss=NaN", "low=-Infinity", "n=7"}).code, 0);
  const std::string line = Written();
  EXPECT_EQ(line, "{\"loss\":NaN,\"low\":-Infinity,\"n\":7,\"step\":3,\"val_acc\":0.1}\n");
  const auto read = ParseMetricLine(line);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->step, 3);
  EXPECT_EQ(read->values.at("val_acc"), 0.1);
  EXPECT_TRUE(std::isnan(read->values.at("loss")));
}

TEST_F(ReportCommandTest, WritesEvents) {
  EXPECT_EQ(Run({"event=checkpoint", "step=3"}).code, 0);
  EXPECT_EQ(Run({"event=preempting"}).code, 0);
  EXPECT_EQ(Run({"event=log", "message=it says \"hello\""}).code, 0);
  EXPECT_EQ(Written(),
            "{\"event\":\"checkpoint\",\"step\":3}\n{\"event\":\"preempting\"}\n"
            "{\"event\":\"log\",\"message\":\"it says \\\"hello\\\"\"}\n");
}

TEST_F(ReportCommandTest, SaysByItsExitCodeThatAStopWasAskedFor) {
  AppendTo(variables_["SWEEP_STOP_FILE"], "{}");
  EXPECT_EQ(Run({"a=1"}).code, kStopAsked);
  EXPECT_EQ(Written(), "{\"a\":1}\n");
}

TEST_F(ReportCommandTest, RefusesWhatWouldNotCount) {
  const struct {
    std::vector<std::string> arguments;
    std::string error;
  } cases[] = {
      {{}, "nothing to report"},
      {{"loss"}, "\"loss\" is not NAME=VALUE"},
      {{"=1"}, "not NAME=VALUE"},
      {{"loss=low"}, "loss=low: the value must be a number"},
      {{"loss=1e999"}, "too large"},
      {{"loss=1", "loss=2"}, "loss is given twice"},
      {{"loss=1", "step=1.5"}, "\"step\" must be an integer"},
      {{"step=3"}, "no number to report"},
      {{"event=checkpiont", "step=1"}, "unknown event \"checkpiont\"; there are checkpoint"},
      {{"event=checkpoint"}, "needs step=N"},
      {{"loss=1", "message=hello"}, "\"message\" cannot be reported"},
      {{absl::StrCat(std::string(257, 'x'), "=1")}, "no number to report"},
      {{"a\xff=1"}, "not UTF-8"},
  };
  for (const auto& [arguments, error] : cases) {
    SCOPED_TRACE(error);
    const EarlyExit end = Run(arguments);
    EXPECT_EQ(end.code, 2);
    EXPECT_THAT(end.text, HasSubstr(error));
  }
  EXPECT_EQ(Written(), "");
}

TEST_F(ReportCommandTest, IsAClearErrorOutsideATrialAndAfterIt) {
  variables_["SWEEP_METRICS_FILE"] = folder_.File("gone");
  EXPECT_EQ(Run({"a=1"}).code, 1);
  EXPECT_THAT(Run({"a=1"}).text, HasSubstr("cannot open"));
  variables_.clear();
  EXPECT_EQ(Run({"a=1"}).code, 1);
  EXPECT_THAT(Run({"a=1"}).text, HasSubstr("this is no trial"));
}

TEST_F(ReportCommandTest, KeepsTheLinesOfConcurrentWritersWhole) {
  constexpr int kWriters = 8, kLines = 50;
  const std::string long_name(250, 'm');
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&] {
      for (int i = 0; i < kLines; ++i) EXPECT_EQ(Run({long_name + "=0.123456789", absl::StrCat("step=", i)}).code, 0);
    });
  }
  for (std::thread& writer : writers) writer.join();
  std::istringstream lines(Written());
  std::string line;
  int count = 0;
  for (; std::getline(lines, line); ++count) EXPECT_THAT(ParseMetricLine(line), IsOk());
  EXPECT_EQ(count, kWriters * kLines);
}

TEST_F(ReportCommandTest, ExplainsItself) {
  EXPECT_EQ(Run({"--help"}).code, 0);
  EXPECT_THAT(Run({"--help"}).text, HasSubstr("sweep-agent report NAME=VALUE"));
}

}  // namespace
}  // namespace sweepd::agent
