#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "client/error_detail.h"
#include "client/exit_code.h"
#include "client/sweep_client.h"
#include "tests/client/fake_sweep_service.h"
#include "tests/client/sweepctl_harness.h"
#include "tests/support/status_matchers.h"

namespace sweepd::client {
namespace {

using testing::HasSubstr;

TEST(CommandLine, SuggestsTheNearestWord) {
  SweepctlHarness sweepctl("127.0.0.1:1");
  const struct {
    std::vector<std::string> arguments;
    const char* message;
  } cases[] = {
      {{"lst"}, "unknown command \"lst\"; did you mean list?"},
      {{"frobnicate"}, "unknown command \"frobnicate\"\n"},
      {{"list", "--stat", "ACTIVE"}, "unknown option --stat; did you mean --state?"},
      {{"list", "--contoller=x:1"}, "unknown option --contoller; did you mean --controller?"},
      {{"list", "extra"}, "unexpected argument \"extra\""},
      {{"show"}, "ID is required"},
      {{"trial", "show", "abcdefgh", "three"}, "NUMBER"},
      {{"trial", "rerty", "abcdefgh", "3"}, "unknown command \"trial rerty\"; did you mean trial retry?"},
      {{"trial", "abcdefgh", "3"}, "unknown command \"trial abcdefgh\"; there are trial show, trial enqueue"},
      {{"trial"}, "no command given; there are trial show, trial enqueue, trial retry, trial cancel\n"},
      {{"trial", "retry"}, "ID is required\nTry 'sweepctl trial retry --help'"},
      {{"list", "-o", "jason"}, "no output format \"jason\"; did you mean json?"},
      {{"list", "--limit", "0"}, "not a whole number from 1 up"},
      {{"list", "--timeout", "soon"}, "\"soon\" is not a duration"},
      {{}, "no command given"},
  };
  for (const auto& c : cases) {
    const CommandResult result = sweepctl.Run(c.arguments);
    EXPECT_EQ(result.code, 2) << c.message;
    EXPECT_THAT(result.err, HasSubstr(c.message));
    EXPECT_EQ(result.out, "");
  }
}

TEST(CommandLine, TakesAnArgumentThatIsAlsoTheNameOfACommand) {
  FakeController controller;
  SweepctlHarness sweepctl(controller.address());
  EXPECT_EQ(sweepctl.Run({"show", "validate"}).err, "error: no sweep \"validate\"\n");
}

TEST(CommandLine, HelpDocumentsTheExitCodes) {
  SweepctlHarness sweepctl("127.0.0.1:1");
  const CommandResult help = sweepctl.Run({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("  5  the controller cannot be reached\n"));
  EXPECT_THAT(help.out, HasSubstr("List sweeps, newest first"));
  EXPECT_THAT(sweepctl.Run({"trials", "--help"}).out, HasSubstr("--order"));
  EXPECT_THAT(sweepctl.Run({"--version"}).out, testing::MatchesRegex("sweepctl [0-9.]+\n"));
}

TEST(CommandLine, SaysWhenNoControllerAnswers) {
  const std::string address = FreeAddress();
  SweepctlHarness sweepctl(address);
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"list"}, {"watch", "abcdefgh"}, {"wait", "abcdefgh"}}) {
    const CommandResult result = sweepctl.Run(arguments);
    EXPECT_EQ(result.code, 5);
    EXPECT_THAT(result.err, HasSubstr("error: cannot reach the controller at " + address + ": Connection refused"));
    EXPECT_THAT(result.err, HasSubstr("hint: check that sweepd runs there"));
  }
}

TEST(SweepClient, RetriesUntilAControllerThatRestartsIsBack) {
  FakeController controller;
  controller.service().AddSweep("mnist", 1);
  controller.service().FailNextCalls(2);
  SweepClient client({.address = controller.address()});
  EXPECT_OK(client.GetSweep("sweep001"));
}

TEST(SweepClient, KeepsTheDetailOfAnError) {
  FakeController controller;
  SweepClient client({.address = controller.address()});
  const absl::StatusOr<v1::Sweep> sweep = client.GetSweep("nosuchid");
  EXPECT_THAT(sweep, StatusIs(absl::StatusCode::kNotFound, HasSubstr("nosuchid")));
  EXPECT_EQ(DetailOf(sweep.status()).reason(), "SWEEP_NOT_FOUND");
  EXPECT_EQ(DetailOf(absl::OkStatus()).reason(), "");
}

TEST(ExitCode, FollowsTheKindOfAnError) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), ExitCode::kOk);
  EXPECT_EQ(ExitCodeOf(absl::InternalError("")), ExitCode::kFailed);
  EXPECT_EQ(ExitCodeOf(absl::ResourceExhaustedError("")), ExitCode::kFailed);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("")), ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(absl::NotFoundError("")), ExitCode::kNotFound);
  EXPECT_EQ(ExitCodeOf(absl::FailedPreconditionError("")), ExitCode::kRefused);
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("")), ExitCode::kUnreachable);
  EXPECT_EQ(ExitCodeOf(absl::DeadlineExceededError("")), ExitCode::kUnreachable);
}

}  // namespace
}  // namespace sweepd::client
