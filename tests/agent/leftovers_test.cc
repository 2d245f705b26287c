#include "agent/leftovers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "agent/environment.h"
#include "agent/process_tree.h"
#include "tests/agent/fake_controller.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::agent {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

MetricReport Report(int64_t step) { return {0, step, absl::UnixEpoch(), {{"loss", static_cast<double>(step)}}}; }

class LeftoversTest : public testing::Test {
 protected:
  // What an agent has of a trial in the middle of it; the agent lives until `earlier_` goes.
  Spool Begin(const Lease& lease) {
    auto made = Workdir::Create(root_.path(), lease);
    EXPECT_OK(made.status());
    workdir_.emplace(*std::move(made));
    return *earlier_->CreateSpool(lease.ref);
  }
  void EndEarlierAgent() { earlier_.reset(); }

  void Deliver() {
    EndEarlierAgent();
    Leftovers leftovers(SpoolFolder::Claim(root_.path(), owner_), root_.path(), kill_delay_, means_, clock_);
    leftovers.Deliver();
    unsettled_ = leftovers.Leases().size();
  }

  TemporaryFolder root_;
  SystemClock clock_;
  RandomIdSource ids_;
  Deadline farewell_{clock_};
  FakeController controller_;
  const RetryPolicy retry_{absl::Milliseconds(1), absl::Milliseconds(5)};
  const DeliveryMeans means_{controller_, farewell_, retry_, ids_};
  const SpoolOwner owner_{"controller:1", "here"};
  std::unique_ptr<SpoolFolder> earlier_ = *SpoolFolder::Create(root_.path(), owner_, ids_);
  std::optional<Workdir> workdir_;
  absl::Duration kill_delay_ = absl::Seconds(30);
  size_t unsettled_ = 0;
};

TEST_F(LeftoversTest, DeliversReportsAndResultOfAnEndedProgram) {
  const Lease lease = controller_.AddTrial({});
  {
    Spool spool = Begin(lease);
    ASSERT_OK(spool.Append({Report(1), Report(2)}, {0, 3, false}));
    ASSERT_OK(spool.KeepFinish({{}, Outcome::kCompleted, 0, 0, "fine"}));
  }
  Deliver();
  const FinishRequest finish = controller_.AwaitFinish(1);
  EXPECT_EQ(finish.outcome, Outcome::kCompleted);
  EXPECT_EQ(finish.exit_code, 0);
  EXPECT_EQ(finish.last_sequence, 2);
  EXPECT_EQ(finish.message, "fine");
  EXPECT_EQ(controller_.Reports(1).size(), 2u);
  EXPECT_EQ(unsettled_, 0u);
  EXPECT_THAT(AttemptsWithSpools(root_.path()), IsEmpty());
  EXPECT_THAT(ReadAll(root_.File("abcdefgh/1/attempt-1/result.json")), HasSubstr("SUCCEEDED"));
}

TEST_F(LeftoversTest, GivesBackWhatWasRunningWithEveryLineOfItsMetrics) {
  const Lease lease = controller_.AddTrial({});
  {
    Spool spool = Begin(lease);
    AppendTo(workdir_->metrics_file(),
             "{\"loss\": 1}\n{\"loss\": 2}\n{\"event\": \"checkpoint\", \"step\": 2}\n{\"loss\":");
    // The first line was taken, and delivered, but the agent did not live to note that.
    ASSERT_OK(spool.Append({Report(1)}, {12, 2, false}));
    MetricReport first = Report(1);
    first.sequence = 1;
    ASSERT_OK(controller_.Report(lease.ref, {first}).status());
  }
  Deliver();
  const FinishRequest finish = controller_.AwaitFinish(1);
  EXPECT_EQ(finish.outcome, Outcome::kPreempted);
  EXPECT_EQ(finish.exit_code, std::nullopt);
  EXPECT_EQ(finish.last_sequence, 2);
  const std::vector<MetricReport> reports = controller_.Reports(1);
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[1].step, 2);
  EXPECT_EQ(reports[1].values.at("loss"), 2);
  EXPECT_EQ(workdir_->ResumeStep(), 2);
}

TEST_F(LeftoversTest, BelievesTheLastLineOfAProgramThatFailedForItsMachinesSake) {
  const Lease lease = controller_.AddTrial({});
  {
    Spool spool = Begin(lease);
    AppendTo(workdir_->metrics_file(), "{\"event\": \"preempting\"}\n");
    ASSERT_OK(spool.KeepFinish({{}, Outcome::kFailed, 1, 0, ""}));
  }
  Deliver();
  EXPECT_EQ(controller_.AwaitFinish(1).outcome, Outcome::kPreempted);
}

TEST_F(LeftoversTest, DiscardsWhatIsSomebodyElsesNow) {
  const Lease reported = controller_.AddTrial({});
  const Lease silent = controller_.AddTrial({});
  {
    Spool spool = Begin(reported);
    ASSERT_OK(spool.Append({Report(1)}, {}));
    ASSERT_OK(Begin(silent).KeepFinish({{}, Outcome::kCompleted, 0, 0, ""}));
  }
  controller_.TakeLease(1);
  controller_.TakeLease(2);
  Deliver();
  EXPECT_FALSE(controller_.Finished(1));
  EXPECT_FALSE(controller_.Finished(2));
  EXPECT_THAT(AttemptsWithSpools(root_.path()), IsEmpty());
  EXPECT_THAT(ReadAll(root_.File("abcdefgh/1/attempt-1/result.json")), HasSubstr("LEASE_LOST"));
  EXPECT_THAT(ReadAll(root_.File("abcdefgh/2/attempt-1/result.json")), HasSubstr("LEASE_LOST"));
}

TEST_F(LeftoversTest, StaysForTheNextStartWhenTheControllerDoesNotAnswerInTime) {
  const Lease lease = controller_.AddTrial({});
  ASSERT_OK(Begin(lease).KeepFinish({{}, Outcome::kCompleted, 0, 0, ""}));
  controller_.SetAway(true);
  farewell_.Limit(absl::Milliseconds(20));
  Deliver();
  EXPECT_EQ(unsettled_, 1u);
  EXPECT_EQ(SpoolFolder::Claim(root_.path(), owner_).size(), 1u);
}

TEST_F(LeftoversTest, LeavesASpoolThatItCannotRead) {
  const Lease lease = controller_.AddTrial({});
  { const Spool spool = Begin(lease); }
  const std::string unreadable = earlier_->SpoolFiles().at(0);
  const std::string torn_at_birth = unreadable + "0";
  std::filesystem::resize_file(unreadable, 9);
  AppendTo(torn_at_birth, "");
  Deliver();
  EXPECT_TRUE(std::filesystem::exists(unreadable));
  EXPECT_FALSE(std::filesystem::exists(torn_at_birth));
}

TEST_F(LeftoversTest, HasItsLeasesKeptAliveUntilTheyAreSettled) {
  const Lease lease = controller_.AddTrial({});
  { const Spool spool = Begin(lease); }
  EndEarlierAgent();
  const Leftovers leftovers(SpoolFolder::Claim(root_.path(), owner_), root_.path(), kill_delay_, means_, clock_);
  EXPECT_THAT(leftovers.Leases(), testing::ElementsAre(lease.ref));
}

// The programs of a test are no descendants of the agent that delivers, but of a shell that has gone.
class OrphanedProgramTest : public LeftoversTest {
 protected:
  void StartOrphan(const std::string& script) {
    const std::string command = "setsid env " + AttemptMark(*workdir_) + " DIR=" + root_.path() + " sh -c '" + script +
                                "' > /dev/null 2>&1 & while [ ! -e " + root_.path() + "/ready ]; do sleep 0.01; done";
    ASSERT_EQ(std::system(command.c_str()), 0);
    ASSERT_THAT(MarkedProcesses(AttemptMark(*workdir_)), testing::Not(IsEmpty()));
  }
  void TearDown() override {
    for (pid_t pid : MarkedProcesses(AttemptMark(*workdir_))) kill(pid, SIGKILL);
  }
};

TEST_F(OrphanedProgramTest, IsWaitedForBeforeItsTrialIsGivenBack) {
  const Lease lease = controller_.AddTrial({});
  { const Spool spool = Begin(lease); }
  StartOrphan("trap \"sleep 0.2; echo {\\\\\\\"loss\\\\\\\": 7} >> " + workdir_->metrics_file() +
              "; exit 0\" TERM; touch $DIR/ready; while :; do sleep 0.01; done");
  Deliver();
  EXPECT_EQ(controller_.AwaitFinish(1).outcome, Outcome::kPreempted);
  ASSERT_EQ(controller_.Reports(1).size(), 1u);
  EXPECT_EQ(controller_.Reports(1)[0].values.at("loss"), 7);
  EXPECT_THAT(MarkedProcesses(AttemptMark(*workdir_)), IsEmpty());
}

TEST_F(OrphanedProgramTest, IsKilledAfterTheKillDelay) {
  kill_delay_ = absl::Milliseconds(100);
  const Lease lease = controller_.AddTrial({});
  { const Spool spool = Begin(lease); }
  StartOrphan("trap \"\" TERM; touch $DIR/ready; while :; do sleep 0.01; done");
  Deliver();
  EXPECT_EQ(controller_.AwaitFinish(1).outcome, Outcome::kPreempted);
  EXPECT_THAT(MarkedProcesses(AttemptMark(*workdir_)), IsEmpty());
}

TEST_F(OrphanedProgramTest, IsKilledAtOnceWhenItsTrialIsSomebodyElses) {
  const Lease lease = controller_.AddTrial({});
  { const Spool spool = Begin(lease); }
  StartOrphan("trap \"\" TERM; touch $DIR/ready; while :; do sleep 0.01; done");
  controller_.TakeLease(1);
  EndEarlierAgent();
  Leftovers leftovers(SpoolFolder::Claim(root_.path(), owner_), root_.path(), absl::Hours(1), means_, clock_);
  leftovers.Apply(lease.ref, Directive::kLeaseLost);
  leftovers.Deliver();
  EXPECT_THAT(MarkedProcesses(AttemptMark(*workdir_)), IsEmpty());
  EXPECT_FALSE(controller_.Finished(1));
  EXPECT_THAT(AttemptsWithSpools(root_.path()), IsEmpty());
}

}  // namespace
}  // namespace sweepd::agent
