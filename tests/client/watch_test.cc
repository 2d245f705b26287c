#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "client/output/styled_text.h"
#include "client/sweep_client.h"
#include "client/watch/event_lines.h"
#include "client/watch/frame.h"
#include "common/wire_value.h"
#include "tests/client/fake_sweep_service.h"
#include "tests/client/sweepctl_harness.h"
#include "tests/support/status_matchers.h"

namespace sweepd::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class WatchTest : public testing::Test {
 protected:
  std::string AddFinishedSweep() {
    const std::string id = service_.AddSweep("mnist", 2);
    service_.StartTrial(id, 1);
    service_.SucceedTrial(id, 1, 0.75);
    service_.StartTrial(id, 2);
    service_.SucceedTrial(id, 2, 0.5);
    service_.FinishSweep(id);
    return id;
  }

  FakeController controller_;
  FakeSweepService& service_ = controller_.service();
  SweepctlHarness sweepctl_{controller_.address()};
};

TEST_F(WatchTest, PrintsOneLineForEachEvent) {
  const CommandResult result = sweepctl_.Run({"watch", AddFinishedSweep()});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out,
            "00:00:10 sweep CREATED\n"
            "00:00:30 trial 1 STARTED\n"
            "00:00:50 trial 1 SUCCEEDED val_acc=0.75 (best)\n"
            "00:01:10 trial 2 STARTED\n"
            "00:01:30 trial 2 SUCCEEDED val_acc=0.5\n"
            "00:01:40 sweep FINISHED\n");
}

TEST_F(WatchTest, ResumesFromTheLastRevisionAfterTheControllerWentAway) {
  const std::string id = AddFinishedSweep();
  service_.BreakNextWatchAfter(3);
  const CommandResult result = sweepctl_.Run({"watch", id, "-o", "id"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(service_.watched_from(), ElementsAre()) << "the sweep was over, and -o id prints no history";
  service_.BreakNextWatchAfter(3);
  const CommandResult lines = sweepctl_.Run({"watch", id});
  EXPECT_EQ(std::vector<std::string>(absl::StrSplit(lines.out, '\n', absl::SkipEmpty())).size(), 6u);
  EXPECT_THAT(service_.watched_from(), ElementsAre(0, 3));
  EXPECT_THAT(lines.err, HasSubstr("lost the controller"));
  EXPECT_THAT(lines.err, HasSubstr("again\n"));
}

TEST_F(WatchTest, StartsAfterTheGivenRevisionAndPrintsJson) {
  const CommandResult result = sweepctl_.Run({"watch", AddFinishedSweep(), "--since", "5", "-o", "jsonl"});
  EXPECT_EQ(result.out,
            "{\"attempt\":null,\"detail\":null,\"kind\":\"SWEEP_FINISHED\",\"objective\":null,\"revision\":6,"
            "\"time\":\"2026-01-01T00:01:40Z\",\"trial\":null}\n");
}

TEST_F(WatchTest, EndsWithTheSweep) {
  const std::string id = service_.AddSweep("mnist", 1);
  std::thread engine([&] {
    service_.StartTrial(id, 1);
    service_.FailTrial(id, 1, "broken");
    service_.FinishSweep(id);
  });
  const CommandResult result = sweepctl_.Run({"watch", id});
  engine.join();
  EXPECT_EQ(result.code, 6);
  EXPECT_EQ(result.err, "sweep sweep001 is FINISHED and no trial succeeded (1 failed)\n");
}

TEST_F(WatchTest, DrawsALiveViewOnATerminal) {
  sweepctl_.terminal = {.is_terminal = true, .colour = false, .width = 100};
  const CommandResult result = sweepctl_.Run({"watch", AddFinishedSweep()});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("mnist  sweep001  FINISHED (SPACE_EXHAUSTED)  grid, 4 points"));
  EXPECT_THAT(result.out, HasSubstr("best  0.75  trial 1  batch_size=16 lr=0.1"));
}

TEST_F(WatchTest, WaitIsSilentAndPrintsTheBest) {
  const CommandResult result = sweepctl_.Run({"wait", AddFinishedSweep(), "-o", "id"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "1\n");
  EXPECT_EQ(result.err, "");
}

TEST_F(WatchTest, WaitTimesOutWithItsOwnCode) {
  const std::string id = service_.AddSweep("mnist", 1);
  const CommandResult result = sweepctl_.Run({"wait", id, "--timeout", "50ms"});
  EXPECT_EQ(result.code, 7);
  EXPECT_EQ(result.err, "sweep sweep001 is not over after 50ms\n");
}

TEST_F(WatchTest, GivesUpOnAControllerThatStaysAway) {
  auto controller = std::make_unique<FakeController>();
  const std::string id = controller->service().AddSweep("mnist", 1);
  SweepClient client({.address = controller->address(), .reconnect_for = absl::Milliseconds(300)});
  const std::unique_ptr<SweepWatch> watch = client.WatchSweep(id, 0);
  ASSERT_OK_AND_ASSIGN(const SweepWatch::Step first, watch->Next(absl::Seconds(5)));
  EXPECT_EQ(first, SweepWatch::Step::kEvent);
  controller.reset();
  absl::StatusOr<SweepWatch::Step> step = SweepWatch::Step::kNothing;
  bool saw_loss = false;
  const absl::Time start = absl::Now();
  while (step.ok() && absl::Now() - start < absl::Seconds(10)) {
    step = watch->Next(absl::Milliseconds(50));
    saw_loss = saw_loss || (step.ok() && *step == SweepWatch::Step::kDisconnected);
  }
  EXPECT_TRUE(saw_loss);
  EXPECT_THAT(step, StatusIsCode(absl::StatusCode::kUnavailable));
}

TEST_F(WatchTest, ReportsASweepThatDoesNotExist) {
  EXPECT_EQ(sweepctl_.Run({"watch", "nosuchid"}).code, 3);
  SweepClient client({.address = controller_.address()});
  EXPECT_THAT(client.WatchSweep("nosuchid", 0)->Next(absl::Seconds(5)), StatusIsCode(absl::StatusCode::kNotFound));
}

TEST(EventLine, KeepsDetailsOnOneLine) {
  v1::Event event;
  event.set_kind(v1::EVENT_KIND_SUGGESTION_DEGRADED);
  event.set_detail("a\nb");
  event.mutable_time()->set_seconds(1767225600);
  EXPECT_EQ(EventLine(event, "loss", false, absl::UTCTimeZone()), "00:00:00 sweep SUGGESTION_DEGRADED a b");
  event.set_kind(v1::EVENT_KIND_TRIAL_STARTED);
  event.set_trial(3);
  event.set_attempt(2);
  event.clear_detail();
  EXPECT_EQ(EventLine(event, "loss", false, absl::UTCTimeZone()), "00:00:00 trial 3 STARTED attempt=2");
}

TEST(ProgressBar, FillsInEighths) {
  EXPECT_EQ(ProgressBar(0, 10, 4), "░░░░");
  EXPECT_EQ(ProgressBar(1, 10, 4), "▍░░░");
  EXPECT_EQ(ProgressBar(5, 10, 4), "██░░");
  EXPECT_EQ(ProgressBar(12, 10, 4), "████");
  EXPECT_EQ(ProgressBar(1, 0, 2), "░░");
}

TEST(Frame, ShowsProgressTheBestAndWhatRuns) {
  SweepSnapshot snapshot;
  v1::Sweep& sweep = snapshot.sweep;
  sweep.set_id("abcdefgh");
  sweep.set_state(v1::SWEEP_STATE_ACTIVE);
  sweep.mutable_spec()->set_name("mnist");
  sweep.mutable_spec()->set_method(v1::METHOD_RANDOM);
  sweep.mutable_spec()->set_run_cap(10);
  sweep.mutable_spec()->mutable_objective()->set_metric("val_acc");
  sweep.mutable_spec()->mutable_objective()->set_goal(v1::GOAL_MAXIMIZE);
  sweep.mutable_counts()->set_succeeded(5);
  sweep.mutable_counts()->set_running(1);
  sweep.set_best_trial(4);
  sweep.set_best_objective(0.9);
  sweep.mutable_create_time()->set_seconds(1000);
  v1::Trial trial;
  trial.set_number(6);
  trial.set_agent("gpu1-4711");
  trial.set_objective(0.25);
  trial.mutable_start_time()->set_seconds(1060);
  MapToWire({{"lr", 0.1}}, *trial.mutable_assignment());
  snapshot.running = {trial};
  snapshot.best = trial;
  snapshot.now = absl::FromUnixSeconds(1072);
  EXPECT_THAT(
      RenderFrame(snapshot, {.is_terminal = true, .colour = false, .width = 80}),
      ElementsAre("mnist  abcdefgh  ACTIVE  random, at most 10 trials  maximize val_acc",
                  "████████████████░░░░░░░░░░░░░░░░ 5/10  5 succeeded, 1 running  1m12s", "best  0.9  trial 4  lr=0.1",
                  "", "  TRIAL  AGENT      TIME  val_acc  ASSIGNMENT", "      6  gpu1-4711   12s     0.25  lr=0.1"));
  for (const std::string& line : RenderFrame(snapshot, {.is_terminal = true, .colour = false, .width = 30})) {
    EXPECT_LE(DisplayWidth(line), 30) << line;
  }
}

TEST(Frame, TellsHowToStartAnAgentWhenNothingRuns) {
  SweepSnapshot snapshot;
  snapshot.sweep.set_id("abcdefgh");
  snapshot.sweep.set_state(v1::SWEEP_STATE_ACTIVE);
  snapshot.controller = "10.0.0.1:7077";
  EXPECT_THAT(RenderFrame(snapshot, {.is_terminal = true, .width = 100}).back(),
              HasSubstr("sweep-agent --controller 10.0.0.1:7077 abcdefgh"));
  snapshot.connected = false;
  EXPECT_THAT(RenderFrame(snapshot, {.is_terminal = true, .width = 100}).back(), HasSubstr("lost the controller"));
}

}  // namespace
}  // namespace sweepd::client
