#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "client/local/child_process.h"
#include "client/local/interrupts.h"
#include "client/local/local_stack.h"
#include "tests/client/sweepctl_harness.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::client {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

// Programs called sweepd and sweep-agent in a folder of their own.
class RunTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = MakeTemporaryFolder();
    fs::create_directory(folder_ / "tmp");
    fs::create_symlink(FAKE_SWEEPD, folder_ / "sweepd");
    WriteScript("sweep-agent", "exit 0");
    sweepctl_.program_folder = folder_.string();
    sweepctl_.temporary_folder = (folder_ / "tmp").string();
    sweepctl_.input = "method: grid";
  }
  void TearDown() override { fs::remove_all(folder_); }

  void WriteScript(const std::string& name, const std::string& body) {
    std::ofstream(folder_ / name) << "#!/bin/sh\n" << body << "\n";
    chmod((folder_ / name).c_str(), 0755);
  }

  std::string ReadFile(const std::string& name) { return ReadAll((folder_ / name).string()); }

  fs::path folder_;
  SweepctlHarness sweepctl_{"127.0.0.1:1"};
};

TEST_F(RunTest, RunPlaysAWholeSweepAndLeavesNothingBehind) {
  WriteScript("sweep-agent", "echo \"$@\" > " + (folder_ / "arguments").string());
  const CommandResult result = sweepctl_.Run({"run", "-", "--slots", "2"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("trial 3 SUCCEEDED val_acc=0.8 (best)"), HasSubstr("sweep FINISHED"),
                                HasSubstr("TRIAL  STATE      val_acc  batch_size    lr"), HasSubstr("\nBest\n"),
                                HasSubstr("val_acc     0.8\n")));
  EXPECT_THAT(ReadFile("arguments"), AllOf(HasSubstr("--controller 127.0.0.1:"), EndsWith(" sweep001 --slots 2\n")));
  EXPECT_TRUE(fs::is_empty(folder_ / "tmp"));
}

TEST_F(RunTest, RunPrintsNothingButTheResultForPrograms) {
  const CommandResult result = sweepctl_.Run({"run", "-", "-o", "id"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "1\n2\n3\n4\n");
}

TEST_F(RunTest, RunKeepsTheDataWhereItIsTold) {
  const CommandResult result = sweepctl_.Run({"run", "-", "--keep", (folder_ / "kept").string()});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(fs::exists(folder_ / "kept" / "sweepd.log"));
  EXPECT_TRUE(fs::exists(folder_ / "kept" / "agent.log"));
}

TEST_F(RunTest, RunShowsTheLastWordsOfAnAgentThatFails) {
  WriteScript("sweep-agent", "echo no GPU here >&2; exit 3");
  setenv("FAKE_SWEEPD_STEP_MS", "60000", 1);
  const CommandResult result = sweepctl_.Run({"run", "-"});
  unsetenv("FAKE_SWEEPD_STEP_MS");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("sweep-agent ended with exit code 3; its last words:\n  no GPU here"));
  EXPECT_TRUE(fs::is_empty(folder_ / "tmp"));
}

TEST_F(RunTest, RunShowsTheLastWordsOfAControllerThatDoesNotStart) {
  fs::remove(folder_ / "sweepd");
  WriteScript("sweepd", "echo disk is full >&2; exit 1");
  const CommandResult result = sweepctl_.Run({"run", "-"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("disk is full"));
}

TEST_F(RunTest, RunRefusesABrokenFileLikeCreate) {
  sweepctl_.input = "broken";
  const CommandResult result = sweepctl_.Run({"run", "-"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("error: 2 problems; nothing was done\n"));
}

TEST_F(RunTest, RunNamesAProgramThatIsMissing) {
  fs::remove(folder_ / "sweep-agent");
  const CommandResult result = sweepctl_.Run({"run", "-"});
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, HasSubstr("no program sweep-agent in " + folder_.string()));
}

TEST_F(RunTest, CtrlCStopsBothProgramsAndCleansUp) {
  // The agent sends the signal once all is up, as a user would, and then waits for its own end.
  const std::string parent = std::to_string(getpid());
  WriteScript("sweep-agent", "echo $$ > " + (folder_ / "pid").string() + "; trap 'exit 0' TERM; kill -INT " + parent +
                                 "; while true; do sleep 0.05; done");
  setenv("FAKE_SWEEPD_STEP_MS", "60000", 1);
  // Held back for the time outside the command, so that a late signal does not end the test.
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  pthread_sigmask(SIG_BLOCK, &interrupt, nullptr);
  const CommandResult result = sweepctl_.Run({"run", "-"});
  pthread_sigmask(SIG_UNBLOCK, &interrupt, nullptr);
  unsetenv("FAKE_SWEEPD_STEP_MS");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("interrupted"));
  EXPECT_EQ(kill(static_cast<pid_t>(std::stoi(ReadFile("pid"))), 0), -1) << "the agent still runs";
  EXPECT_TRUE(fs::is_empty(folder_ / "tmp"));
}

TEST_F(RunTest, ChildProcessReportsCodesAndSignals) {
  const std::string log = (folder_ / "log").string();
  ASSERT_OK_AND_ASSIGN(const auto seven, ChildProcess::Start({"/bin/sh", "-c", "echo hello; exit 7"}, log));
  EXPECT_EQ(seven->WaitFor(absl::Seconds(10)), 7);
  EXPECT_EQ(ReadFile("log"), "hello\n");
  ASSERT_OK_AND_ASSIGN(const auto sleeper, ChildProcess::Start({"/bin/sleep", "60"}, log));
  EXPECT_EQ(sleeper->Poll(), std::nullopt);
  sleeper->Signal(SIGTERM);
  EXPECT_EQ(sleeper->WaitFor(absl::Seconds(10)), 128 + SIGTERM);
  ASSERT_OK_AND_ASSIGN(const auto missing, ChildProcess::Start({"/no/such/program"}, log));
  EXPECT_EQ(missing->WaitFor(absl::Seconds(10)), 127);
  EXPECT_THAT(ChildProcess::Start({"/bin/true"}, "/no/such/folder/log"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("cannot write")));
}

TEST_F(RunTest, ProgramsBesideSweepctlComeBeforeThePath) {
  fs::create_directory(folder_ / "bin");
  WriteScript("bin/sweepd", "exit 0");
  WriteScript("bin/other", "exit 0");
  const std::string path = "/no/such/folder:" + (folder_ / "bin").string();
  EXPECT_EQ(*FindProgram("sweepd", folder_.string(), path), (folder_ / "sweepd").string());
  EXPECT_EQ(*FindProgram("other", folder_.string(), path), (folder_ / "bin" / "other").string());
  EXPECT_THAT(FindProgram("none", folder_.string(), path), StatusIsCode(absl::StatusCode::kNotFound));
}

TEST(Interrupts, CountsSignalsInsteadOfDying) {
  Interrupts interrupts;
  EXPECT_EQ(interrupts.Count(), 0);
  raise(SIGINT);
  EXPECT_EQ(interrupts.Count(), 1);
  raise(SIGTERM);
  EXPECT_EQ(interrupts.Count(), 2);
}

}  // namespace
}  // namespace sweepd::client
