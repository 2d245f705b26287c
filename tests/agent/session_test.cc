#include "agent/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <set>
#include <thread>

#include "agent/environment.h"
#include "agent/posix_process.h"
#include "tests/agent/fake_controller.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::agent {
namespace {

class SessionTest : public testing::Test {
 protected:
  SessionTest() {
    options_.agent = {"tester", "here", 1, "0"};
    options_.shortest_wait = absl::Milliseconds(10);
    options_.stay_pause = absl::Milliseconds(10);
    options_.run.work_root = root_.path();
    options_.run.environment = OwnEnvironment();
    options_.run.environment.push_back("DIR=" + root_.path());
    options_.run.tick = absl::Milliseconds(5);
    options_.run.retry = {absl::Milliseconds(1), absl::Milliseconds(5)};
    SetSlots(1);
  }
  ~SessionTest() override {
    if (thread_.joinable()) {
      session_->Interrupt(Interrupt::kKill);
      thread_.join();
    }
  }

  void SetSlots(int64_t count) {
    options_.slots.clear();
    for (int64_t index = 0; index < count; ++index) options_.slots.push_back({index, {}});
  }

  int64_t AddShellTrial(const std::string& script) { return controller_.AddTrial({"/bin/sh", "-c", script}).ref.trial; }

  void Start() {
    session_ =
        std::make_unique<Session>(options_, controller_, processes_, clock_, ids_, *spools_, std::move(leftovers_));
    thread_ = std::thread([this] { end_ = session_->Run(); });
  }
  SessionEnd Join() {
    thread_.join();
    return end_;
  }
  SessionEnd Run() {
    Start();
    return Join();
  }

  TemporaryFolder root_;
  SystemClock clock_;
  RandomIdSource ids_;
  FakeController controller_;
  PosixProcessRunner processes_;
  SessionOptions options_;
  const SpoolOwner owner_{"controller:1", "here"};
  std::unique_ptr<SpoolFolder> spools_ = *SpoolFolder::Create(root_.path(), owner_, ids_);
  std::vector<std::unique_ptr<SpoolFolder>> leftovers_;
  std::unique_ptr<Session> session_;
  std::thread thread_;
  SessionEnd end_ = SessionEnd::kDone;
};

TEST_F(SessionTest, RunsTrialsUntilThereAreNone) {
  for (int i = 0; i < 5; ++i) AddShellTrial("exit 0");
  EXPECT_EQ(Run(), SessionEnd::kDone);
  for (int64_t trial = 1; trial <= 5; ++trial) EXPECT_TRUE(controller_.Finished(trial));
}

TEST_F(SessionTest, RunsAsManyAtOnceAsItHasSlots) {
  SetSlots(3);
  // Each waits for the two others to be there.
  for (int i = 0; i < 3; ++i) {
    AddShellTrial("touch $DIR/here-$SWEEP_TRIAL; while [ $(ls $DIR | grep -c here) -lt 3 ]; do sleep 0.01; done");
  }
  EXPECT_EQ(Run(), SessionEnd::kDone);
  EXPECT_EQ(controller_.most_running(), 3);
}

TEST_F(SessionTest, BeginsNoMoreTrialsThanItsCount) {
  SetSlots(2);
  options_.count = 3;
  for (int i = 0; i < 5; ++i) AddShellTrial("exit 1");
  EXPECT_EQ(Run(), SessionEnd::kDone);
  EXPECT_EQ(controller_.LeasesGiven(), 3u);
}

TEST_F(SessionTest, TakesATrialThatComesWhileItWaits) {
  controller_.AnswerWhenEmpty(WaitAnswer{"PAUSED", "sweep abcdefgh is paused"});
  Start();
  controller_.AwaitRequests(1);
  const int64_t trial = AddShellTrial("exit 0");
  controller_.AwaitFinish(trial);
  controller_.AnswerWhenEmpty(DoneAnswer{"SWEEPS_OVER", "done"});
  session_->Interrupt(Interrupt::kDrain);
  EXPECT_EQ(Join(), SessionEnd::kInterrupted);
}

TEST_F(SessionTest, AsksAgainAfterTheEndWhenItIsToStay) {
  options_.stay = true;
  Start();
  controller_.AwaitRequests(3);
  controller_.AwaitFinish(AddShellTrial("exit 0"));
  session_->Interrupt(Interrupt::kDrain);
  EXPECT_EQ(Join(), SessionEnd::kInterrupted);
}

TEST_F(SessionTest, LosesNoTrialWithALostAnswer) {
  controller_.LoseNextAnswer();
  AddShellTrial("exit 0");
  EXPECT_EQ(Run(), SessionEnd::kDone);
  EXPECT_EQ(controller_.LeasesGiven(), 1u);
  EXPECT_TRUE(controller_.Finished(1));
}

TEST_F(SessionTest, KeepsTheLeasesOfRunningTrialsAlive) {
  SetSlots(2);
  const int64_t first = AddShellTrial("sleep 1000");
  const int64_t second = AddShellTrial("sleep 1000");
  Start();
  controller_.AwaitHeartbeatOf(first);
  controller_.AwaitHeartbeatOf(second);
}

TEST_F(SessionTest, FollowsTheDirectivesOfHeartbeats) {
  options_.run.times.stop_soft_time = absl::ZeroDuration();
  const int64_t stopped = AddShellTrial("sleep 1000");
  const int64_t lost = AddShellTrial("sleep 1000");
  controller_.Direct(stopped, Directive::kStop);
  controller_.TakeLease(lost);
  EXPECT_EQ(Run(), SessionEnd::kDone);
  EXPECT_EQ(controller_.AwaitFinish(stopped).outcome, Outcome::kStopped);
  EXPECT_FALSE(controller_.Finished(lost));
}

TEST_F(SessionTest, WaitsForRunningTrialsAtTheFirstInterrupt) {
  const int64_t trial = AddShellTrial("touch $DIR/started; while [ ! -e $DIR/go ]; do sleep 0.01; done");
  const int64_t later = AddShellTrial("exit 0");
  Start();
  controller_.AwaitHeartbeatOf(trial);
  session_->Interrupt(Interrupt::kDrain);
  AppendTo(root_.File("go"), "go");
  EXPECT_EQ(Join(), SessionEnd::kInterrupted);
  EXPECT_EQ(controller_.AwaitFinish(trial).outcome, Outcome::kCompleted);
  EXPECT_FALSE(controller_.Finished(later));
}

TEST_F(SessionTest, TerminatesRunningTrialsAtTheSecondInterrupt) {
  const int64_t trial = AddShellTrial("sleep 1000");
  Start();
  controller_.AwaitHeartbeatOf(trial);
  session_->Interrupt(Interrupt::kDrain);
  session_->Interrupt(Interrupt::kTerminate);
  EXPECT_EQ(Join(), SessionEnd::kInterrupted);
  const FinishRequest finish = controller_.AwaitFinish(trial);
  EXPECT_EQ(finish.outcome, Outcome::kPreempted);
  EXPECT_EQ(finish.exit_code, 128 + SIGTERM);
}

TEST_F(SessionTest, KillsProgramsThatIgnoreSigtermAtTheThirdInterrupt) {
  const int64_t trial = AddShellTrial("trap '' TERM; echo '[sweep] {\"a\": 1}'; while :; do sleep 0.01; done");
  Start();
  controller_.AwaitReports(trial, 1);
  session_->Interrupt(Interrupt::kDrain);
  session_->Interrupt(Interrupt::kTerminate);
  session_->Interrupt(Interrupt::kKill);
  EXPECT_EQ(Join(), SessionEnd::kInterrupted);
  EXPECT_EQ(controller_.AwaitFinish(trial).exit_code, 128 + SIGKILL);
}

TEST_F(SessionTest, LeavesInTimeWhenPreemptedWhileTheControllerIsAway) {
  options_.preempt_farewell = absl::Milliseconds(50);
  const int64_t trial = AddShellTrial("sleep 1000");
  Start();
  controller_.AwaitHeartbeatOf(trial);
  controller_.SetAway(true);
  session_->Interrupt(Interrupt::kPreempt);
  EXPECT_EQ(Join(), SessionEnd::kInterrupted);
  EXPECT_FALSE(controller_.Finished(trial));
}

TEST_F(SessionTest, ReconnectsAfterTheControllerWasAway) {
  controller_.SetAway(true);
  Start();
  controller_.AwaitFailedCalls(3);
  const int64_t trial = AddShellTrial("exit 0");
  controller_.SetAway(false);
  EXPECT_EQ(Join(), SessionEnd::kDone);
  EXPECT_TRUE(controller_.Finished(trial));
}

TEST_F(SessionTest, NumbersItsRequestsInTheOrderOfTheirTime) {
  SetSlots(2);
  options_.stay = true;
  controller_.LoseNextAnswer();
  for (int i = 0; i < 4; ++i) AddShellTrial("exit 0");
  Start();
  controller_.AwaitRequests(9);
  session_->Interrupt(Interrupt::kDrain);
  Join();
  std::vector<std::string> ids = controller_.RequestIds();
  // A request that is tried again keeps its id; each id is of one request.
  const std::set<std::string> distinct(ids.begin(), ids.end());
  EXPECT_EQ(distinct.size() + 1, ids.size());
  int64_t number = 0;
  for (const std::string& id : distinct) {
    EXPECT_THAT(id, testing::MatchesRegex("[0-9]{12}-[01]"));
    EXPECT_EQ(std::stoll(id), ++number);
  }
}

TEST_F(SessionTest, DeliversWhatAnEarlierAgentLeftBesideItsOwnTrials) {
  const Lease left = controller_.AddTrial({"/bin/false"});
  controller_.Skip();  // the earlier agent has it
  {
    const auto earlier = *SpoolFolder::Create(root_.path(), owner_, ids_);
    Spool spool = *earlier->CreateSpool(left.ref);
    ASSERT_OK(spool.Append({{0, 1, absl::UnixEpoch(), {{"loss", 0.5}}}}, {}));
    ASSERT_OK(spool.KeepFinish({{}, Outcome::kCompleted, 0, 0, ""}));
  }
  leftovers_ = SpoolFolder::Claim(root_.path(), owner_);
  const int64_t own = AddShellTrial("exit 0");
  EXPECT_EQ(Run(), SessionEnd::kDone);
  EXPECT_EQ(controller_.AwaitFinish(left.ref.trial).last_sequence, 1);
  EXPECT_TRUE(controller_.Finished(own));
}

TEST_F(SessionTest, LeavesWhatItCannotDeliverInTimeForTheNextStart) {
  options_.leftover_farewell = absl::Milliseconds(50);
  const Lease left = controller_.AddTrial({"/bin/false"});
  controller_.Skip();
  controller_.FailReports(true);
  {
    const auto earlier = *SpoolFolder::Create(root_.path(), owner_, ids_);
    Spool spool = *earlier->CreateSpool(left.ref);
    ASSERT_OK(spool.Append({{0, 1, absl::UnixEpoch(), {{"loss", 0.5}}}}, {}));
    ASSERT_OK(spool.KeepFinish({{}, Outcome::kCompleted, 0, 0, ""}));
  }
  leftovers_ = SpoolFolder::Claim(root_.path(), owner_);
  EXPECT_EQ(Run(), SessionEnd::kDone);
  EXPECT_FALSE(controller_.Finished(left.ref.trial));
  session_.reset();
  EXPECT_EQ(SpoolFolder::Claim(root_.path(), owner_).size(), 1u);
}

TEST_F(SessionTest, GivesUpOnAControllerThatNeverAnswers) {
  controller_.SetAway(true);
  options_.connect_timeout = absl::Milliseconds(30);
  EXPECT_EQ(Run(), SessionEnd::kUnreachable);
}

TEST_F(SessionTest, EndsWhenASweepDoesNotExist) {
  SetSlots(2);
  options_.sweeps = {"zzzzzzzz"};
  controller_.RefuseSweeps();
  EXPECT_EQ(Run(), SessionEnd::kSweepNotFound);
}

}  // namespace
}  // namespace sweepd::agent
