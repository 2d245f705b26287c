// What the load measurements count and compare, without a server.
#include <gtest/gtest.h>
#include <unistd.h>

#include "bench/load/call_log.h"
#include "bench/load/fleet_board.h"
#include "bench/load/load_client.h"
#include "bench/load/median.h"
#include "bench/load/percentile.h"
#include "bench/load/process_usage.h"
#include "bench/load/verdict.h"

namespace sweepd::load {
namespace {

TEST(Median, IsTheMiddleOrTheMeanOfTheTwoInTheMiddle) {
  EXPECT_EQ(Median(std::vector<double>{3, 1, 2}), 2);
  EXPECT_EQ(Median(std::vector<double>{4, 1, 2, 3}), 2.5);
}

TEST(Percentile, IsTheSmallestValueThatTheFractionDoesNotExceed) {
  std::vector<int> values;
  for (int i = 100; i >= 1; --i) values.push_back(i);
  EXPECT_EQ(Percentile(values, 0.5), 50);
  EXPECT_EQ(Percentile(values, 0.99), 99);
  EXPECT_EQ(Percentile(values, 1.0), 100);
  EXPECT_EQ(Percentile(std::vector<int>{7}, 0.01), 7);
  EXPECT_EQ(Percentile(std::vector<int>{}, 0.5), 0);
}

TEST(CallLog, AddsUpWhatSeveralThreadsSaw) {
  CallLog all;
  for (int thread = 0; thread < 2; ++thread) {
    CallLog log;
    log.AddCall(CallKind::kRequestTrial, absl::Milliseconds(1));
    log.AddCall(CallKind::kFinishTrial, absl::Milliseconds(3));
    log.AddLifecycle();
    log.AddPoints(10);
    log.AddError(CallKind::kReportMetrics, absl::UnavailableError("down"));
    all.Merge(log);
  }
  EXPECT_EQ(all.calls(), 4);
  EXPECT_EQ(all.lifecycles(), 2);
  EXPECT_EQ(all.points(), 20);
  EXPECT_EQ(all.errors(), 2);
  EXPECT_EQ(all.errors_by_text().begin()->first, "ReportMetrics: UNAVAILABLE: down");
  EXPECT_EQ(all.Percentile(0.5), absl::Milliseconds(1));
  EXPECT_EQ(all.Percentile(CallKind::kFinishTrial, 0.5), absl::Milliseconds(3));
}

TEST(FleetBoard, DropsWhatBelongsToAnEarlierPhase) {
  FleetBoard board;
  const int first = board.BeginPhase();
  board.NotePresent(first);
  EXPECT_TRUE(board.AwaitPresent(1, absl::ZeroDuration()));
  const int second = board.BeginPhase();
  board.NotePresent(first);
  board.NoteHeartbeat(first, absl::Milliseconds(5));
  board.NoteHeartbeat(second, absl::Milliseconds(7));
  EXPECT_FALSE(board.AwaitPresent(1, absl::ZeroDuration()));
  EXPECT_EQ(board.Result().heartbeats, 1);
  EXPECT_EQ(board.Result().p50, absl::Milliseconds(7));
}

TEST(LoadOptions, MoreCallsThanTheConnectionsAllowAreRefusedWithTheNumberNeeded) {
  LoadOptions options;
  options.in_flight = 256;
  options.connections = 3;
  const absl::Status status = CheckLoadOptions(options);
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_NE(status.message().find("--connections 4"), std::string::npos) << status;
  options.connections = 4;
  EXPECT_TRUE(CheckLoadOptions(options).ok());
}

TEST(ProcessUsage, KnowsThisProcessAndNoneThatIsNotThere) {
  EXPECT_TRUE(CpuTimeOf(getpid()).ok());
  EXPECT_GT(*PeakMemoryOf(getpid()), 0);
  EXPECT_TRUE(absl::IsNotFound(CpuTimeOf(1 << 30).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(RaiseFileLimit(int64_t{1} << 62)));
}

TEST(Verdict, FailsOnceOneComparisonFailed) {
  Verdict verdict;
  verdict.AtLeast("ratio", 0.6, 0.6);
  verdict.AtMost("p99 in ms", 49, 50);
  EXPECT_TRUE(verdict.passed());
  verdict.AtMost("errors", 1, 0);
  verdict.AtLeast("ratio", 0.7, 0.6);
  EXPECT_FALSE(verdict.passed());
}

}  // namespace
}  // namespace sweepd::load
