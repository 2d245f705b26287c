#include "agent/trial_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/environment.h"
#include "agent/posix_process.h"
#include "agent/process_tree.h"
#include "tests/agent/fake_controller.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::agent {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class TrialRunTest : public testing::Test {
 protected:
  TrialRunTest() {
    options_.work_root = root_.path();
    options_.environment = OwnEnvironment();
    options_.environment.push_back("DIR=" + root_.path());
    options_.tick = absl::Milliseconds(5);
    options_.retry = {absl::Milliseconds(1), absl::Milliseconds(5)};
    options_.times = {absl::Milliseconds(50), absl::Seconds(30), absl::Seconds(15)};
  }
  ~TrialRunTest() override { Join(); }

  Lease ShellTrial(const std::string& script) { return controller_.AddTrial({"/bin/sh", "-c", script}); }

  // Runs it to its end.
  std::string Run(const Lease& lease) {
    Start(lease);
    Join();
    return result_;
  }
  FinishRequest RunToFinish(const Lease& lease) {
    Run(lease);
    return controller_.AwaitFinish(lease.ref.trial);
  }

  void Start(const Lease& lease) {
    run_ = std::make_unique<TrialRun>(lease, slot_, options_,
                                      RunContext{controller_, processes_, clock_, ids_, farewell_, *spools_});
    thread_ = std::thread([this] { result_ = run_->Run(); });
  }
  void Join() {
    if (thread_.joinable()) thread_.join();
  }

  std::string AttemptFile(const Lease& lease, const std::string& name) {
    return root_.File(absl::StrCat(lease.ref.sweep, "/", lease.ref.trial, "/attempt-", lease.ref.attempt, "/", name));
  }

  bool IsGone(const std::string& pid_file) {
    int pid = 0;
    EXPECT_TRUE(absl::SimpleAtoi(ReadAll(root_.File(pid_file)), &pid));
    for (const TreeEntry& entry : ReadProcessTable()) {
      if (entry.pid == pid) return entry.state == 'Z';
    }
    return true;
  }

  TemporaryFolder root_;
  SystemClock clock_;
  SeededIdSource ids_{1};
  FakeController controller_;
  PosixProcessRunner processes_;
  Deadline farewell_{clock_};
  std::unique_ptr<SpoolFolder> spools_ = *SpoolFolder::Create(root_.path(), {"controller:1", "here"}, ids_);
  Slot slot_;
  RunOptions options_;
  std::unique_ptr<TrialRun> run_;
  std::thread thread_;
  std::string result_;
};

TEST_F(TrialRunTest, ReportsEveryMetricBeforeItFinishes) {
  const Lease lease = ShellTrial(
      "i=0; while [ $i -lt 20 ]; do i=$((i+1)); echo \"{\\\"loss\\\": $i}\" >> \"$SWEEP_METRICS_FILE\"; done; "
      "printf '{\"loss\": NaN}' >> \"$SWEEP_METRICS_FILE\"; echo '[sweep] {\"acc\": 1}'");
  const FinishRequest finish = RunToFinish(lease);
  EXPECT_EQ(finish.outcome, Outcome::kCompleted);
  EXPECT_EQ(finish.exit_code, 0);
  EXPECT_EQ(finish.last_sequence, 22);
  EXPECT_EQ(finish.message, "");
  EXPECT_EQ(controller_.Reports(1).size(), 22u);
  EXPECT_EQ(result_, "SUCCEEDED");
}

TEST_F(TrialRunTest, ReportsWhatThePatternsOfItsLeaseFind) {
  Lease lease = ShellTrial("echo 'Epoch 7: loss 0.5' >&2; echo 'Epoch 8'; echo 'Epoch 9: loss 0.25'");
  lease.stdout_metrics = StdoutMetrics::kRegex;
  lease.stdout_patterns = {R"(^Epoch (?P<step>\d+))", R"(loss (?P<loss>\S+))"};
  RunToFinish(lease);
  const std::vector<MetricReport> reports = controller_.Reports(1);
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0].step, 7);
  EXPECT_EQ(reports[1].step, 9);
  EXPECT_EQ(reports[1].values, (std::map<std::string, double>{{"loss", 0.25}}));
}

TEST_F(TrialRunTest, ExpandsTheCommand) {
  Lease lease = controller_.AddTrial({"/bin/sh", "-c", "echo \"$@\" > $DIR/seen", "sh", "${args}", "x=${lr}"});
  lease.assignment = {{"lr", 0.5}, {"bias", true}};
  RunToFinish(lease);
  EXPECT_EQ(ReadAll(root_.File("seen")), "--bias=True --lr=0.5 x=0.5\n");
}

TEST_F(TrialRunTest, PrefersTheAgentsOwnCommand) {
  options_.command = {"/bin/sh", "-c", "exit 9"};
  EXPECT_EQ(RunToFinish(ShellTrial("exit 1")).exit_code, 9);
}

TEST_F(TrialRunTest, SendsTheLastLinesOfAFailedProgram) {
  const Lease lease = ShellTrial("echo start; echo 'ValueError: boom' >&2; exit 3");
  const FinishRequest finish = RunToFinish(lease);
  EXPECT_EQ(finish.outcome, Outcome::kFailed);
  EXPECT_EQ(finish.exit_code, 3);
  EXPECT_EQ(finish.message, "start\nValueError: boom");
  EXPECT_EQ(ReadAll(AttemptFile(lease, "output.log")), "start\nValueError: boom\n");
}

TEST_F(TrialRunTest, CountsASignalAsShellsDo) {
  const FinishRequest finish = RunToFinish(ShellTrial("kill -KILL $$"));
  EXPECT_EQ(finish.outcome, Outcome::kFailed);
  EXPECT_EQ(finish.exit_code, 128 + SIGKILL);
  EXPECT_THAT(finish.message, HasSubstr("signal 9"));
}

TEST_F(TrialRunTest, SaysWhyAProgramCouldNotBeStarted) {
  const FinishRequest missing = RunToFinish(controller_.AddTrial({"/no/such/program"}));
  EXPECT_EQ(missing.outcome, Outcome::kLaunchFailed);
  EXPECT_EQ(missing.exit_code, std::nullopt);
  EXPECT_THAT(missing.message, HasSubstr("No such file"));
  const FinishRequest unset = RunToFinish(controller_.AddTrial({"/bin/echo", "${envvar:SURELY_NOT_SET}"}));
  EXPECT_EQ(unset.outcome, Outcome::kLaunchFailed);
  EXPECT_THAT(unset.message, HasSubstr("SURELY_NOT_SET"));
  Lease foreign = ShellTrial("true");
  foreign.stdout_metrics = StdoutMetrics::kRegex;
  foreign.stdout_patterns = {"(?P<loss>"};
  const FinishRequest unreadable = RunToFinish(foreign);
  EXPECT_EQ(unreadable.outcome, Outcome::kLaunchFailed);
  EXPECT_THAT(unreadable.message, HasSubstr("stdout_pattern \"(?P<loss>\": missing )"));
}

TEST_F(TrialRunTest, GivesATrialBackThatWasPreempted) {
  EXPECT_EQ(RunToFinish(ShellTrial("exit 75")).outcome, Outcome::kPreempted);
  EXPECT_EQ(RunToFinish(ShellTrial("echo '{\"event\": \"preempting\"}' >> $SWEEP_METRICS_FILE; exit 1")).outcome,
            Outcome::kPreempted);
}

TEST_F(TrialRunTest, TellsTheNextAttemptWhereToResume) {
  RunToFinish(ShellTrial("echo '{\"event\": \"checkpoint\", \"step\": 6}' >> $SWEEP_METRICS_FILE; exit 75"));
  Lease again = controller_.AddTrial({"/bin/sh", "-c", "echo $SWEEP_RESUME_STEP; echo '[sweep] {\"a\": 1}'"});
  Lease second = again;
  second.ref.trial = 1;
  second.ref.attempt = 2;
  second.ref.token = "token-1";
  RunToFinish(second);
  EXPECT_THAT(ReadAll(AttemptFile(second, "output.log")), HasSubstr("6\n"));
  ASSERT_EQ(controller_.Reports(1).size(), 1u);
  EXPECT_EQ(controller_.Reports(1)[0].step, 7);
}

TEST_F(TrialRunTest, LetsAStoppedProgramEndByItself) {
  options_.times.stop_soft_time = absl::Hours(1);
  const Lease lease = ShellTrial(
      "echo '{\"a\": 1}' >> $SWEEP_METRICS_FILE; while [ ! -e $SWEEP_STOP_FILE ]; do sleep 0.01; done; "
      "echo '{\"a\": 2}' >> $SWEEP_METRICS_FILE; exit 5");
  controller_.Direct(lease.ref.trial, Directive::kStop);
  const FinishRequest finish = RunToFinish(lease);
  EXPECT_EQ(finish.outcome, Outcome::kStopped);
  EXPECT_EQ(finish.exit_code, 5);
  EXPECT_EQ(finish.last_sequence, 2);
  EXPECT_THAT(ReadAll(AttemptFile(lease, "stop.json")), AllOf(HasSubstr("reason"), HasSubstr("deadline")));
}

TEST_F(TrialRunTest, KillsAStoppedProgramThatIgnoresEverything) {
  options_.times.kill_delay = absl::Milliseconds(50);
  const Lease lease = ShellTrial(
      "trap '' TERM; (trap '' TERM; echo $$ > $DIR/pid; while :; do sleep 0.01; done) & "
      "setsid sh -c 'echo $$ > $DIR/daemon; trap \"\" TERM; while :; do sleep 0.01; done' & "
      "while [ ! -s $DIR/daemon ]; do sleep 0.01; done; echo '[sweep] {\"a\": 1}'; while :; do sleep 0.01; done");
  controller_.Direct(lease.ref.trial, Directive::kStop);
  const FinishRequest finish = RunToFinish(lease);
  EXPECT_EQ(finish.outcome, Outcome::kStopped);
  EXPECT_EQ(finish.exit_code, 128 + SIGKILL);
  EXPECT_TRUE(IsGone("pid"));
  EXPECT_TRUE(IsGone("daemon"));
}

TEST_F(TrialRunTest, EndsAProgramThatRunsLongerThanItsLeaseAllows) {
  Lease lease = ShellTrial("echo '[sweep] {\"a\": 1}'; echo epoch 3; trap 'exit 0' TERM; while :; do sleep 0.01; done");
  lease.timeout = absl::Milliseconds(300);
  const FinishRequest finish = RunToFinish(lease);
  EXPECT_EQ(finish.outcome, Outcome::kTimedOut) << "though it ended well when it was asked to";
  EXPECT_EQ(finish.exit_code, 0);
  EXPECT_EQ(finish.last_sequence, 1);
  EXPECT_THAT(finish.message, AllOf(HasSubstr("longer than trial_timeout: 300ms"), HasSubstr("epoch 3")));
}

TEST_F(TrialRunTest, EndsAProgramThatRunsTooLongAlsoWhileTheControllerIsAway) {
  Lease lease = ShellTrial("trap '' TERM; echo $$ > $DIR/pid; while :; do sleep 0.01; done");
  lease.timeout = absl::Milliseconds(50);
  options_.times.kill_delay = absl::Milliseconds(50);
  controller_.SetAway(true);
  Start(lease);
  controller_.AwaitFailedCalls(2);  // without reports these are of the result
  EXPECT_TRUE(IsGone("pid"));
  controller_.SetAway(false);
  EXPECT_EQ(controller_.AwaitFinish(lease.ref.trial).outcome, Outcome::kTimedOut);
}

TEST_F(TrialRunTest, AProgramWithinItsTimeIsLeftAlone) {
  Lease lease = ShellTrial("exit 0");
  lease.timeout = absl::Hours(1);
  EXPECT_EQ(RunToFinish(lease).outcome, Outcome::kCompleted);
}

TEST_F(TrialRunTest, DiscardsACancelledTrial) {
  const Lease lease = ShellTrial("echo '[sweep] {\"a\": 1}'; sleep 1000");
  Start(lease);
  controller_.AwaitReports(lease.ref.trial, 1);
  run_->Apply(Directive::kCancel);
  Join();
  EXPECT_EQ(result_, "CANCELLED");
  EXPECT_FALSE(controller_.Finished(lease.ref.trial));
}

TEST_F(TrialRunTest, DiscardsATrialWhoseLeaseIsLost) {
  const Lease lease = ShellTrial("echo $$ > $DIR/pid; echo '[sweep] {\"a\": 1}'; sleep 1000");
  controller_.TakeLease(lease.ref.trial);
  Run(lease);
  EXPECT_EQ(result_, "LEASE_LOST");
  EXPECT_THAT(spools_->SpoolFiles(), IsEmpty());
  EXPECT_TRUE(IsGone("pid"));
  EXPECT_FALSE(controller_.Finished(lease.ref.trial));
}

TEST_F(TrialRunTest, KillsAProgramThatIgnoresSigtermAtOnceWhenItsLeaseIsLost) {
  const Lease lease = ShellTrial(
      "trap '' TERM; echo $$ > $DIR/pid; (setsid sh -c 'echo $$ > $DIR/daemon; sleep 1000' &); "
      "while [ ! -s $DIR/daemon ]; do sleep 0.01; done; echo '[sweep] {\"a\": 1}'; while :; do sleep 0.01; done");
  Start(lease);
  controller_.AwaitReports(lease.ref.trial, 1);
  const absl::Duration lost_at = clock_.Monotonic();
  run_->Apply(Directive::kLeaseLost);
  Join();
  EXPECT_LT(clock_.Monotonic() - lost_at, absl::Seconds(10));  // and not kill_delay, which is 30 s
  EXPECT_EQ(result_, "LEASE_LOST");
  EXPECT_TRUE(IsGone("pid"));
  EXPECT_TRUE(IsGone("daemon"));
  EXPECT_THAT(ReadAll(AttemptFile(lease, "output.log")), HasSubstr("[sweep]"));
  EXPECT_THAT(ReadAll(AttemptFile(lease, "result.json")), HasSubstr("LEASE_LOST"));
}

TEST_F(TrialRunTest, DiscardsAResultWhoseLeaseIsLost) {
  const Lease lease = ShellTrial("exit 0");
  controller_.TakeLease(lease.ref.trial);
  EXPECT_EQ(Run(lease), "LEASE_LOST");
  EXPECT_THAT(spools_->SpoolFiles(), IsEmpty());
}

TEST_F(TrialRunTest, KeepsNoSpoolOfWhatIsDelivered) {
  const Lease lease = ShellTrial("echo '[sweep] {\"a\": 1}'; [ $(ls $DIR/.spool | wc -l) = 2 ] || exit 3");
  EXPECT_EQ(RunToFinish(lease).outcome, Outcome::kCompleted);
  Join();
  EXPECT_THAT(spools_->SpoolFiles(), IsEmpty());
  EXPECT_THAT(ReadAll(AttemptFile(lease, "result.json")), AllOf(HasSubstr("COMPLETED"), HasSubstr("SUCCEEDED")));
}

TEST_F(TrialRunTest, LeavesReportsAndResultInTheSpoolWhenThereIsNoTimeToDeliverThem) {
  const Lease lease = ShellTrial("echo '[sweep] {\"a\": 1}'; exit 4");
  controller_.SetAway(true);
  farewell_.Limit(absl::ZeroDuration());
  EXPECT_EQ(Run(lease), "not delivered");
  ASSERT_EQ(spools_->SpoolFiles().size(), 1u);
  ASSERT_OK_AND_ASSIGN(const Spool spool, Spool::Open(spools_->SpoolFiles()[0]));
  EXPECT_EQ(spool.lease(), lease.ref);
  EXPECT_EQ(spool.unsettled(), 1);
  ASSERT_TRUE(spool.finish().has_value());
  EXPECT_EQ(spool.finish()->outcome, Outcome::kFailed);
  EXPECT_EQ(spool.finish()->exit_code, 4);
  EXPECT_FALSE(std::filesystem::exists(AttemptFile(lease, "result.json")));
}

TEST_F(TrialRunTest, KeepsTheOutcomeOfAProgramThatEndedBeforeItsAgentHadToGo) {
  const Lease lease = ShellTrial("exit 0");
  controller_.SetAway(true);
  Start(lease);
  controller_.AwaitFailedCalls(2);  // without reports these are of the result
  run_->Interrupt(Interrupt::kPreempt);
  controller_.SetAway(false);
  EXPECT_EQ(controller_.AwaitFinish(lease.ref.trial).outcome, Outcome::kCompleted);
}

TEST_F(TrialRunTest, GivesAnInterruptedTrialBack) {
  const Lease lease = ShellTrial("echo '[sweep] {\"a\": 1}'; sleep 1000");
  Start(lease);
  controller_.AwaitReports(lease.ref.trial, 1);
  run_->Interrupt(Interrupt::kPreempt);
  const FinishRequest finish = controller_.AwaitFinish(lease.ref.trial);
  EXPECT_EQ(finish.outcome, Outcome::kPreempted);
  EXPECT_EQ(finish.exit_code, 128 + SIGTERM);
  EXPECT_EQ(finish.last_sequence, 1);
}

TEST_F(TrialRunTest, GivesATrialBackThatWasNeverStarted) {
  const Lease lease = ShellTrial("touch $DIR/started");
  TrialRun run(lease, slot_, options_, RunContext{controller_, processes_, clock_, ids_, farewell_, *spools_});
  run.Interrupt(Interrupt::kTerminate);
  run.Run();
  EXPECT_EQ(controller_.AwaitFinish(lease.ref.trial).outcome, Outcome::kPreempted);
  EXPECT_FALSE(std::filesystem::exists(root_.File("started")));
}

TEST_F(TrialRunTest, TrainsOnWhileTheControllerIsAway) {
  const Lease lease = ShellTrial(
      "i=0; while [ $i -lt 50 ]; do i=$((i+1)); echo \"{\\\"loss\\\": $i}\" >> \"$SWEEP_METRICS_FILE\"; done; "
      "touch $DIR/trained");
  controller_.SetAway(true);
  Start(lease);
  controller_.AwaitFailedCalls(5);
  controller_.SetAway(false);
  const FinishRequest finish = controller_.AwaitFinish(lease.ref.trial);
  EXPECT_EQ(finish.outcome, Outcome::kCompleted);
  EXPECT_EQ(finish.last_sequence, 50);
  EXPECT_TRUE(std::filesystem::exists(root_.File("trained")));
}

TEST_F(TrialRunTest, RepeatsAFinishWhoseAnswerIsLost) {
  controller_.LoseNextAnswer();
  const Lease lease = ShellTrial("exit 0");
  EXPECT_EQ(Run(lease), "SUCCEEDED");
}

TEST_F(TrialRunTest, DeliversTheResultWhenAcknowledgedReportsWereForgotten) {
  const Lease lease =
      ShellTrial("echo '[sweep] {\"a\": 1}'; echo '[sweep] {\"a\": 1}'; while [ ! -e $DIR/go ]; do sleep 0.01; done");
  Start(lease);
  controller_.AwaitReports(lease.ref.trial, 2);
  controller_.Forget(lease.ref.trial, 1);
  AppendTo(root_.File("go"), "go");
  EXPECT_EQ(controller_.AwaitFinish(lease.ref.trial).last_sequence, 1);
}

TEST_F(TrialRunTest, TellsOfMalformedMetricLines) {
  const FinishRequest finish = RunToFinish(ShellTrial("echo 'loss 3' >> $SWEEP_METRICS_FILE"));
  EXPECT_EQ(finish.outcome, Outcome::kCompleted);
  EXPECT_THAT(finish.message, AllOf(HasSubstr("1 malformed"), HasSubstr("loss 3")));
}

}  // namespace
}  // namespace sweepd::agent
