#include "agent/conclusion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "absl/strings/str_cat.h"

namespace sweepd::agent {
namespace {

using Cause = WindDown::Cause;
using testing::HasSubstr;
using testing::StartsWith;

struct Row {
  Cause cause;
  ExitStatus status;
  bool preempting;
  Outcome outcome;
};

TEST(DecideOutcome, FollowsTheProtocol) {
  const std::vector<Row> rows = {
      {Cause::kNone, {0, 0}, false, Outcome::kCompleted},
      {Cause::kNone, {1, 0}, false, Outcome::kFailed},
      {Cause::kNone, {0, SIGKILL}, false, Outcome::kFailed},
      {Cause::kNone, {75, 0}, false, Outcome::kPreempted},
      {Cause::kNone, {0, 75 - 64}, false, Outcome::kFailed},
      {Cause::kNone, {1, 0}, true, Outcome::kPreempted},
      {Cause::kNone, {0, SIGTERM}, true, Outcome::kPreempted},
      {Cause::kNone, {0, 0}, true, Outcome::kCompleted},
      {Cause::kStop, {0, 0}, false, Outcome::kStopped},
      {Cause::kStop, {0, SIGTERM}, false, Outcome::kStopped},
      {Cause::kStop, {75, 0}, true, Outcome::kStopped},
      {Cause::kTimeout, {0, SIGTERM}, false, Outcome::kTimedOut},
      {Cause::kTimeout, {0, 0}, false, Outcome::kTimedOut},
      {Cause::kTimeout, {75, 0}, true, Outcome::kTimedOut},
      {Cause::kPreempt, {0, SIGTERM}, false, Outcome::kPreempted},
      {Cause::kPreempt, {0, 0}, false, Outcome::kPreempted},
  };
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(DecideOutcome(rows[i].cause, rows[i].status, rows[i].preempting), rows[i].outcome) << "row " << i;
  }
}

TEST(FailureMessage, ShowsTheLastLines) { EXPECT_EQ(FailureMessage({1, 0}, "Traceback\nboom"), "Traceback\nboom"); }

TEST(FailureMessage, NamesTheSignal) {
  EXPECT_THAT(FailureMessage({0, SIGKILL}, "epoch 3"), StartsWith("ended by signal 9 (Killed)\nepoch 3"));
}

TEST(FailureMessage, SaysThatAProgramWroteNothing) {
  EXPECT_THAT(FailureMessage({3, 0}, ""), HasSubstr("exit code 3, without any output"));
}

TEST(TimeoutMessage, NamesTheLimitAndShowsTheLastLines) {
  EXPECT_EQ(TimeoutMessage(absl::Minutes(90), "epoch 3"), "it ran longer than trial_timeout: 1h30m\nepoch 3");
  EXPECT_EQ(TimeoutMessage(absl::Minutes(90), ""), "it ran longer than trial_timeout: 1h30m");
}

TEST(FailureMessage, FitsTheControllersLimit) {
  std::string lines;
  for (int i = 0; lines.size() < 4090; ++i) absl::StrAppend(&lines, "line ", i, "\n");
  const std::string message = FailureMessage({0, SIGSEGV}, lines);
  EXPECT_LE(message.size(), kMaxMessageBytes);
  EXPECT_THAT(message, StartsWith("ended by signal 11 (Segmentation fault)\nline "));
}

}  // namespace
}  // namespace sweepd::agent
