#include "agent/process.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/environment.h"
#include "agent/exec.h"
#include "agent/posix_process.h"
#include "agent/process_tree.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::agent {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ProcessTest : public testing::Test {
 protected:
  LaunchSpec Shell(const std::string& script) {
    LaunchSpec spec;
    spec.arguments = {"/bin/sh", "-c", script};
    spec.mark = absl::StrCat("PROCESS_TEST=", folder_.path(), "/", launches_++);
    spec.environment = OwnEnvironment();
    spec.environment.push_back(spec.mark);
    spec.environment.push_back(absl::StrCat("DIR=", folder_.path()));
    return spec;
  }

  ExitStatus WaitFor(Process& process) {
    while (true) {
      const auto status =
          process.Poll(absl::Seconds(1), [this](absl::string_view piece) { absl::StrAppend(&output_, piece); });
      if (status.has_value()) return *status;
    }
  }

  // Polls until the program has written `text`.
  void WaitForOutput(Process& process, const std::string& text) {
    while (output_.find(text) == std::string::npos) {
      const auto status =
          process.Poll(absl::Seconds(1), [this](absl::string_view piece) { absl::StrAppend(&output_, piece); });
      ASSERT_FALSE(status.has_value()) << output_;
    }
  }

  ExitStatus RunShell(const std::string& script) {
    auto process = runner_.Launch(Shell(script));
    EXPECT_OK(process);
    return WaitFor(**process);
  }

  // The process whose number is in the file is gone; a zombie counts as gone.
  bool IsGone(const std::string& file) {
    int pid = 0;
    const std::string text = ReadAll(folder_.File(file));
    EXPECT_TRUE(absl::SimpleAtoi(text, &pid)) << file;
    for (const TreeEntry& entry : ReadProcessTable()) {
      if (entry.pid == pid) return entry.state == 'Z';
    }
    return true;
  }

  TemporaryFolder folder_;
  PosixProcessRunner runner_;
  std::string output_;
  std::atomic<int> launches_ = 0;
};

TEST_F(ProcessTest, TellsTheExitCode) {
  EXPECT_TRUE(RunShell("exit 0").ok());
  EXPECT_EQ(RunShell("exit 7").exit_code(), 7);
}

TEST_F(ProcessTest, TellsTheSignal) {
  const ExitStatus status = RunShell("kill -SEGV $$");
  EXPECT_EQ(status.signal, SIGSEGV);
  EXPECT_EQ(status.exit_code(), 128 + SIGSEGV);
}

TEST_F(ProcessTest, CollectsBothOutputs) {
  RunShell("echo out; echo err >&2");
  EXPECT_THAT(output_, AllOf(HasSubstr("out\n"), HasSubstr("err\n")));
}

TEST_F(ProcessTest, CollectsOutputLargerThanAPipe) {
  RunShell("i=0; while [ $i -lt 3000 ]; do printf '%0100d' $i; i=$((i+1)); done");
  EXPECT_EQ(output_.size(), 300'000u);
}

TEST_F(ProcessTest, GivesAnEmptyStandardInput) {
  RunShell("cat; echo end");
  EXPECT_EQ(output_, "end\n");
}

TEST_F(ProcessTest, StartsInASessionOfItsOwn) {
  RunShell("echo $$; cut -d' ' -f5,6 /proc/$$/stat");
  int pid = 0;
  ASSERT_TRUE(absl::SimpleAtoi(output_.substr(0, output_.find('\n')), &pid));
  EXPECT_EQ(output_, absl::StrCat(pid, "\n", pid, " ", pid, "\n"));
}

TEST_F(ProcessTest, GivesDefaultSignalsWhateverTheAgentBlocks) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  const auto old_handler = std::signal(SIGPIPE, SIG_IGN);
  RunShell("grep -E 'Sig(Blk|Ign)' /proc/self/status");
  std::signal(SIGPIPE, old_handler);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(output_, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_F(ProcessTest, HandsOnNoDescriptor) {
  const int leaked = dup(STDERR_FILENO);  // not close-on-exec
  RunShell(absl::StrCat("[ -e /proc/$$/fd/", leaked, " ] && echo leaked; [ -e /proc/$$/fd/1 ] && echo output"));
  close(leaked);
  EXPECT_EQ(output_, "output\n");
}

TEST_F(ProcessTest, SaysWhyAProgramCannotBeStarted) {
  LaunchSpec spec = Shell("");
  spec.arguments = {"/no/such/program"};
  EXPECT_THAT(runner_.Launch(spec), StatusIs(absl::StatusCode::kFailedPrecondition,
                                             AllOf(HasSubstr("/no/such/program"), HasSubstr("No such file"))));
  spec.arguments = {"no-such-program"};
  EXPECT_THAT(runner_.Launch(spec), StatusIs(absl::StatusCode::kNotFound, HasSubstr("PATH")));
  spec.arguments = {folder_.path()};
  EXPECT_THAT(runner_.Launch(spec), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("Permission denied")));
  spec.arguments = {};
  EXPECT_THAT(runner_.Launch(spec), StatusIsCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(ProcessTest, ExplainsAScriptWithoutAnInterpreter) {
  AppendTo(folder_.File("script"), "echo hello\n");
  chmod((folder_.File("script")).c_str(), 0755);
  LaunchSpec spec = Shell("");
  spec.arguments = {folder_.File("script")};
  EXPECT_THAT(runner_.Launch(spec), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("#!/bin/sh")));
}

TEST_F(ProcessTest, LooksProgramsUpInThePathOfTheirEnvironment) {
  AppendTo(folder_.File("tool"), "#!/bin/sh\necho found\n");
  chmod((folder_.File("tool")).c_str(), 0755);
  LaunchSpec spec = Shell("");
  spec.arguments = {"tool"};
  spec.environment = {"PATH=/nowhere:" + folder_.path()};
  ASSERT_OK_AND_ASSIGN(const auto process, runner_.Launch(spec));
  WaitFor(*process);
  EXPECT_EQ(output_, "found\n");
}

TEST_F(ProcessTest, SignalsTheWholeGroup) {
  ASSERT_OK_AND_ASSIGN(
      const auto process,
      runner_.Launch(Shell("trap 'wait; echo parent; exit 3' TERM\n"
                           "(trap 'echo child; exit 0' TERM; echo ready; while :; do sleep 0.01; done) &\n"
                           "wait")));
  WaitForOutput(*process, "ready");
  process->Signal(SIGTERM);
  EXPECT_EQ(WaitFor(*process).code, 3);
  EXPECT_THAT(output_, AllOf(HasSubstr("child"), HasSubstr("parent")));
}

TEST_F(ProcessTest, KillsWhatAnEndedProgramLeftInItsGroup) {
  RunShell(
      "(trap '' TERM; sh -c 'echo $$ > $DIR/grandchild; exec sleep 1000') & "
      "while [ ! -s $DIR/grandchild ]; do sleep 0.01; done; exit 0");
  EXPECT_TRUE(IsGone("grandchild"));
}

TEST_F(ProcessTest, KillsADaemonThatLeftItsGroup) {
  RunShell(
      "setsid sh -c 'echo $$ > $DIR/daemon; exec sleep 1000' & "
      "while [ ! -s $DIR/daemon ]; do sleep 0.01; done; exit 0");
  EXPECT_TRUE(IsGone("daemon"));
}

TEST_F(ProcessTest, KillsEverythingWhenItIsDestroyed) {
  {
    ASSERT_OK_AND_ASSIGN(
        const auto process,
        runner_.Launch(Shell("trap '' TERM; echo $$ > $DIR/leader; echo ready; while :; do sleep 0.01; done")));
    WaitForOutput(*process, "ready");
  }
  EXPECT_TRUE(IsGone("leader"));
}

TEST_F(ProcessTest, WaitsForAProgramThatClosedItsOutput) {
  EXPECT_EQ(RunShell("exec >&- 2>&-; sleep 0.05; exit 4").code, 4);
}

TEST_F(ProcessTest, ComesBackAfterTheTimeoutWhileTheProgramIsSilent) {
  ASSERT_OK_AND_ASSIGN(const auto process, runner_.Launch(Shell("sleep 1000")));
  EXPECT_EQ(process->Poll(absl::Milliseconds(5), [](absl::string_view) {}), std::nullopt);
}

TEST_F(ProcessTest, KeepsProgramsOfSeveralThreadsApart) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, i] {
      for (int round = 0; round < 5; ++round) {
        auto process = runner_.Launch(Shell(absl::StrCat("echo ", i, "; exit ", i)));
        ASSERT_OK(process);
        std::string output;
        std::optional<ExitStatus> status;
        while (!status.has_value()) {
          status =
              (*process)->Poll(absl::Seconds(1), [&](absl::string_view piece) { absl::StrAppend(&output, piece); });
        }
        EXPECT_EQ(status->code, i);
        EXPECT_EQ(output, absl::StrCat(i, "\n"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(ProcessTree, ParsesNamesThatLookLikeTheRestOfTheLine) {
  TreeEntry entry;
  ASSERT_TRUE(ParseProcStat("42 (a) R 7 (b)) S 17 42 42 0", entry));
  EXPECT_EQ(entry.pid, 42);
  EXPECT_EQ(entry.state, 'S');
  EXPECT_EQ(entry.parent, 17);
  EXPECT_FALSE(ParseProcStat("", entry));
}

TEST(ProcessTree, FindsDescendantsThroughEndedParents) {
  const std::vector<TreeEntry> table = {{1, 0, 'S'}, {10, 1, 'S'}, {11, 10, 'Z'}, {12, 11, 'R'}, {20, 1, 'S'}};
  EXPECT_THAT(Descendants(table, 10), testing::ElementsAre(12));
  EXPECT_THAT(Descendants(table, 1), testing::UnorderedElementsAre(10, 12, 20));
}

}  // namespace
}  // namespace sweepd::agent
