#include "agent/metrics_intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class MetricsIntakeTest : public testing::Test {
 protected:
  static constexpr size_t kMuch = 1 << 20;

  std::vector<int64_t> Steps(const Intake& intake) {
    std::vector<int64_t> steps;
    for (const MetricReport& report : intake.reports) steps.push_back(report.step);
    return steps;
  }

  TemporaryFolder folder_;
  const std::string file_ = folder_.File("metrics.jsonl");
  FakeClock clock_;
  MetricsIntake intake_{file_, {StdoutMetrics::kAuto}, {}, clock_};
};

TEST_F(MetricsIntakeTest, ReadsNothingFromAFileThatIsNotThere) {
  EXPECT_THAT(intake_.ReadFile(kMuch).reports, IsEmpty());
}

TEST_F(MetricsIntakeTest, ReadsOnlyWhatIsNew) {
  AppendTo(file_, "{\"step\": 4, \"a\": 1}\n");
  EXPECT_THAT(Steps(intake_.ReadFile(kMuch)), ElementsAre(4));
  EXPECT_THAT(Steps(intake_.ReadFile(kMuch)), IsEmpty());
  AppendTo(file_, "{\"step\": 5, \"a\": 1}\n{\"step\": 6, \"a\": 1}\r\n");
  EXPECT_THAT(Steps(intake_.ReadFile(kMuch)), ElementsAre(5, 6));
}

TEST_F(MetricsIntakeTest, WaitsForTheEndOfATornLine) {
  AppendTo(file_, "{\"a\": 1}\n{\"a\"");
  EXPECT_EQ(intake_.ReadFile(kMuch).reports.size(), 1u);
  EXPECT_EQ(intake_.mark().offset, 9);
  AppendTo(file_, ": 2}");
  EXPECT_THAT(intake_.ReadFile(kMuch).reports, IsEmpty());
  AppendTo(file_, "\n");
  const Intake rest = intake_.ReadFile(kMuch);
  ASSERT_EQ(rest.reports.size(), 1u);
  EXPECT_EQ(rest.reports[0].values.at("a"), 2);
  EXPECT_EQ(intake_.mark().offset, 18);
  EXPECT_EQ(intake_.malformed_lines(), 0);
}

TEST_F(MetricsIntakeTest, TakesALastLineWithoutAnEndOnceTheProgramIsOver) {
  AppendTo(file_, "{\"a\": 1}");
  EXPECT_THAT(intake_.ReadFile(kMuch).reports, IsEmpty());
  EXPECT_EQ(intake_.FinishFile().reports.size(), 1u);
}

TEST_F(MetricsIntakeTest, ReadsInPiecesOfAnySize) {
  for (int i = 1; i <= 50; ++i) AppendTo(file_, absl::StrCat("{\"a\": ", i, "}\n"));
  std::vector<int64_t> steps;
  do {
    for (const MetricReport& report : intake_.ReadFile(7).reports) {
      EXPECT_EQ(report.values.at("a"), static_cast<double>(report.step));
      steps.push_back(report.step);
    }
  } while (intake_.bytes_read() > 0);
  EXPECT_EQ(steps.size(), 50u);
}

TEST_F(MetricsIntakeTest, CountsOnFromTheLastStep) {
  AppendTo(file_, "{\"a\": 1}\n{\"a\": 1}\n{\"step\": 10, \"a\": 1}\n{\"a\": 1}\n");
  EXPECT_THAT(Steps(intake_.ReadFile(kMuch)), ElementsAre(1, 2, 10, 11));
}

TEST_F(MetricsIntakeTest, CountsMalformedLinesAndKeepsTheFirst) {
  AppendTo(file_, "{\"a\": 1}\nloss 3\n\n{\"b\": }\n{\"a\": 2}\n");
  EXPECT_EQ(intake_.ReadFile(kMuch).reports.size(), 2u);
  EXPECT_EQ(intake_.malformed_lines(), 2);
  EXPECT_THAT(intake_.first_malformed(), HasSubstr("loss 3: "));
}

TEST_F(MetricsIntakeTest, SurvivesBytesThatAreNoText) {
  AppendTo(file_, "\xff\xfe{\"a\": 1}\n{\"\xc3\x28\": 1}\n{\"a\": 1}\n");
  EXPECT_EQ(intake_.ReadFile(kMuch).reports.size(), 1u);
  EXPECT_EQ(intake_.malformed_lines(), 2);
  EXPECT_EQ(intake_.first_malformed()[0], '?');
}

TEST_F(MetricsIntakeTest, SkipsALineWithoutEndInBoundedMemory) {
  const std::string noise(1 << 20, 'x');
  for (int i = 0; i < 3; ++i) {
    AppendTo(file_, noise);
    EXPECT_THAT(intake_.ReadFile(4 * kMuch).reports, IsEmpty());
  }
  AppendTo(file_, "\n{\"a\": 1}\n");
  EXPECT_EQ(intake_.ReadFile(kMuch).reports.size(), 1u);
  EXPECT_EQ(intake_.malformed_lines(), 1);
}

TEST_F(MetricsIntakeTest, BeginsAgainWithAFileThatWasTruncated) {
  AppendTo(file_, "{\"step\": 1, \"a\": 1}\n{\"step\": 2, \"a\": 1}\n");
  intake_.ReadFile(kMuch);
  std::filesystem::resize_file(file_, 0);
  AppendTo(file_, "{\"step\": 3, \"a\": 1}\n");
  EXPECT_THAT(Steps(intake_.ReadFile(kMuch)), ElementsAre(3));
}

TEST_F(MetricsIntakeTest, TellsOfEvents) {
  AppendTo(file_,
           "{\"event\": \"checkpoint\", \"step\": 7}\n{\"event\": \"preempting\"}\n{\"event\": \"log\", \"message\": "
           "\"hi\"}\n");
  const Intake intake = intake_.ReadFile(kMuch);
  EXPECT_THAT(intake.reports, IsEmpty());
  EXPECT_EQ(intake.checkpoint_step, 7);
  EXPECT_TRUE(intake_.mark().preempting);
  EXPECT_THAT(intake.log, ElementsAre("hi"));
}

TEST_F(MetricsIntakeTest, DatesReportsThatCarryNoTime) {
  AppendTo(file_, "{\"a\": 1}\n{\"a\": 1, \"time\": 5}\n");
  const Intake intake = intake_.ReadFile(kMuch);
  ASSERT_EQ(intake.reports.size(), 2u);
  EXPECT_EQ(intake.reports[0].time, clock_.Now());
  EXPECT_EQ(intake.reports[1].time, absl::FromUnixSeconds(5));
}

TEST_F(MetricsIntakeTest, SplitsALineWithMoreMetricsThanOneReportTakes) {
  std::string line = "{\"step\": 3";
  for (int i = 0; i < 300; ++i) absl::StrAppend(&line, ", \"m", i, "\": 1");
  AppendTo(file_, line + "}\n");
  const Intake intake = intake_.ReadFile(kMuch);
  EXPECT_THAT(Steps(intake), ElementsAre(3, 3));
  EXPECT_EQ(intake.reports[0].values.size() + intake.reports[1].values.size(), 300u);
}

TEST_F(MetricsIntakeTest, FindsMetricsInOutputThatComesInPieces) {
  EXPECT_THAT(intake_.ReadOutput("hello\n[swee").reports, IsEmpty());
  EXPECT_EQ(intake_.ReadOutput("p] {\"a\": 1}\rprogress").reports.size(), 1u);
  EXPECT_THAT(intake_.ReadOutput("\n[sweep] {\"a\": NaN}").reports, IsEmpty());
  const Intake last = intake_.FinishOutput();
  ASSERT_EQ(last.reports.size(), 1u);
  EXPECT_TRUE(std::isnan(last.reports[0].values.at("a")));
  EXPECT_EQ(last.reports[0].step, 2);
}

}  // namespace
}  // namespace sweepd::agent
