#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/value.h"
#include "tests/client/fake_sweep_service.h"
#include "tests/client/sweepctl_harness.h"
#include "tests/support/status_matchers.h"

namespace sweepd::client {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class CommandsTest : public testing::Test {
 protected:
  // One finished sweep: two trials succeeded, one failed.
  std::string AddFinishedSweep() {
    const std::string id = service_.AddSweep("mnist", 3);
    for (int number : {1, 2, 3}) service_.StartTrial(id, number);
    service_.AddPoint(id, 2, "val_acc", 1, 0.5);
    service_.AddPoint(id, 2, "val_acc", 2, 0.93);
    service_.SucceedTrial(id, 1, 0.75);
    service_.SucceedTrial(id, 2, 0.93);
    service_.FailTrial(id, 3, "Traceback:\nValueError");
    service_.FinishSweep(id);
    return id;
  }

  FakeController controller_;
  FakeSweepService& service_ = controller_.service();
  SweepctlHarness sweepctl_{controller_.address()};
};

TEST_F(CommandsTest, CreateNamesTheSweepAndTheNextCommands) {
  sweepctl_.input = "method: grid";
  const CommandResult result = sweepctl_.Run({"create", "-"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, absl::StrCat("Created sweep sweep001 (grid, 4 points)\nNext: sweep-agent --controller ",
                                     controller_.address(), " sweep001\n      sweepctl watch sweep001\n"));
  EXPECT_EQ(result.err, "");
}

TEST_F(CommandsTest, CreateNamesAControllerThatIsNotTheDefaultInTheNextCommand) {
  sweepctl_.controller = "127.0.0.1:1";
  const CommandResult result = sweepctl_.Run({"create", "-", "--controller", controller_.address()});
  EXPECT_THAT(result.out, HasSubstr(absl::StrCat("sweepctl --controller ", controller_.address(), " watch sweep001")));
}

TEST_F(CommandsTest, CreatePrintsTheIdAlone) {
  EXPECT_EQ(sweepctl_.Run({"create", "-", "-o", "id"}).out, "sweep001\n");
}

TEST_F(CommandsTest, CreatePrintsEveryProblemAndExitsWithUsage) {
  sweepctl_.input = "broken";
  const CommandResult result = sweepctl_.Run({"create", "-"});
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "sweep.yaml:2:5: method: no method \"gird\"\n"
            "    hint: did you mean grid?\n"
            "sweep.yaml:5:5: parameters.lr.min: must be below max\n"
            "error: 2 problems; nothing was done\n");
}

TEST_F(CommandsTest, CreatePrintsWarningsBesideTheResult) {
  sweepctl_.input = "odd";
  const CommandResult result = sweepctl_.Run({"create", "-", "-o", "id"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.err, "warning: sweep.yaml:1:5: controller: is ignored\n");
}

TEST_F(CommandsTest, CreateIsRepeatedWithTheSameRequestAfterALostAnswer) {
  service_.FailNextCalls(2);
  EXPECT_EQ(sweepctl_.Run({"create", "-", "-o", "id"}).out, "sweep001\n");
  EXPECT_EQ(service_.sweeps_created(), 1);
}

TEST_F(CommandsTest, CreateSaysWhichFileItCannotRead) {
  const CommandResult result = sweepctl_.Run({"create", "/no/such/file.yaml"});
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, HasSubstr("cannot read /no/such/file.yaml: No such file"));
}

TEST_F(CommandsTest, ValidateSaysYesOrListsTheProblems) {
  sweepctl_.input = "method: grid";
  CommandResult result = sweepctl_.Run({"validate", "-"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "stdin is valid (grid, 4 points)\n");
  sweepctl_.input = "broken";
  result = sweepctl_.Run({"validate", "-", "-o", "json"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("error: 2 problems in stdin"));
  ASSERT_OK_AND_ASSIGN(const Value json, ParseJson(result.out));
  EXPECT_EQ(json.as_map().at("problems").as_list().size(), 2u);
  EXPECT_FALSE(json.as_map().at("valid").as_bool());
}

TEST_F(CommandsTest, ListGoesThroughAllPagesUpToTheLimit) {
  for (int i = 0; i < 1234; ++i) service_.AddSweep("s", 0);
  EXPECT_THAT(sweepctl_.Run({"list", "-o", "id"}).out, StartsWith("sweep999\n"));
  EXPECT_EQ(service_.pages_served(), 2);
  const CommandResult all = sweepctl_.Run({"list", "-o", "json"});
  ASSERT_OK_AND_ASSIGN(const Value json, ParseJson(all.out));
  EXPECT_EQ(json.as_list().size(), 1234u);
  const CommandResult some = sweepctl_.Run({"list", "-o", "id", "--limit", "2"});
  EXPECT_EQ(some.out, "sweep999\nsweep998\n");
}

TEST_F(CommandsTest, ListFiltersByState) {
  service_.AddSweep("open", 1);
  const std::string finished = AddFinishedSweep();
  EXPECT_EQ(sweepctl_.Run({"list", "-o", "id", "--state", "finished"}).out, finished + "\n");
  const CommandResult result = sweepctl_.Run({"list", "--state", "finishd"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("did you mean FINISHED?"));
}

TEST_F(CommandsTest, ListShowsATable) {
  AddFinishedSweep();
  const std::string out = sweepctl_.Run({"list"}).out;
  EXPECT_THAT(out, StartsWith("ID        NAME   STATE     METHOD  ENDED  FAILED  BEST  METRIC"));
  EXPECT_THAT(out, HasSubstr("\nsweep001  mnist  FINISHED  grid      3/4       1  0.93  val_acc"));
}

TEST_F(CommandsTest, ShowDescribesASweep) {
  const CommandResult result = sweepctl_.Run({"show", AddFinishedSweep()});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out,
            "Sweep       sweep001\n"
            "Name        mnist\n"
            "State       FINISHED (SPACE_EXHAUSTED)\n"
            "Method      grid, 4 points\n"
            "Seed        7\n"
            "Objective   maximize val_acc (best of each trial)\n"
            "Parameters  batch_size  {\"values\":[16,32]}\n"
            "            lr  {\"values\":[0.1,0.01]}\n"
            "Trials      3 (2 succeeded, 1 failed)\n"
            "Best        0.93 (trial 2)\n"
            "Created     2026-01-01 00:00:00\n"
            "Ended       2026-01-01 00:02:40\n");
}

TEST_F(CommandsTest, ShowPrintsTheSourceByteForByte) {
  sweepctl_.input = "method: grid  # mine\n";
  sweepctl_.Run({"create", "-"});
  EXPECT_EQ(sweepctl_.Run({"show", "sweep001", "--source"}).out, sweepctl_.input);
  EXPECT_EQ(sweepctl_.Run({"show", AddFinishedSweep(), "--source"}).code, 4);
}

TEST_F(CommandsTest, TrialsShowsAColumnForEachParameter) {
  const std::string out = sweepctl_.Run({"trials", AddFinishedSweep()}).out;
  EXPECT_EQ(out,
            "TRIAL  STATE      val_acc  batch_size    lr   TIME  AGENT      REASON\n"
            "    1  SUCCEEDED     0.75          16   0.1  1m20s  gpu1-4711\n"
            "    2  SUCCEEDED     0.93          16  0.01  1m20s  gpu1-4711\n"
            "    3  FAILED                      32   0.1  1m20s  gpu1-4711  EXIT_CODE: Traceback: ValueError\n");
}

TEST_F(CommandsTest, TrialsPrintsCsvForSpreadsheets) {
  const std::string out = sweepctl_.Run({"trials", AddFinishedSweep(), "-o", "csv"}).out;
  EXPECT_THAT(
      out, StartsWith("sweep,number,state,reason,message,objective,objective_step,attempt,agent,created,started,ended,"
                      "duration_seconds,param.batch_size,param.lr\n"
                      "sweep001,1,SUCCEEDED,,,0.75,,1,gpu1-4711,,2026-01-01T00:00:20Z,"));
  EXPECT_THAT(out, HasSubstr("sweep001,3,FAILED,EXIT_CODE,\"Traceback:\nValueError\",,"));
}

TEST_F(CommandsTest, TrialsOrdersAndFilters) {
  const std::string id = AddFinishedSweep();
  EXPECT_EQ(sweepctl_.Run({"trials", id, "-o", "id", "--order", "best"}).out, "2\n1\n3\n");
  EXPECT_EQ(sweepctl_.Run({"trials", id, "-o", "id", "--order", "-number", "-n", "2"}).out, "3\n2\n");
  EXPECT_EQ(sweepctl_.Run({"trials", id, "-o", "id", "-s", "failed"}).out, "3\n");
  EXPECT_EQ(sweepctl_.Run({"trials", id, "--order", "size"}).code, 2);
}

TEST_F(CommandsTest, TrialShowsAttemptsAndASummaryOfTheMetrics) {
  const std::string out = sweepctl_.Run({"trial", "show", AddFinishedSweep(), "2"}).out;
  EXPECT_THAT(out,
              AllOf(HasSubstr("val_acc     0.93\n"), HasSubstr("Agent       gpu1-4711\n"),
                    HasSubstr("ATTEMPT  STATE      AGENT      SLOT  STARTED               TIME  REPORTS  EXIT\n"),
                    HasSubstr("METRIC   LAST  MIN   MAX  STEP  POINTS\nval_acc  0.93  0.5  0.93     2       2\n")));
}

TEST_F(CommandsTest, TrialPrintsEveryPoint) {
  const std::string out = sweepctl_.Run({"trial", "show", AddFinishedSweep(), "2", "--metrics", "-o", "csv"}).out;
  EXPECT_EQ(out,
            "metric,step,attempt,sequence,value,time\n"
            "val_acc,1,1,1,0.5,2026-01-01T00:01:20Z\n"
            "val_acc,2,1,2,0.93,2026-01-01T00:01:30Z\n");
}

TEST_F(CommandsTest, BestShowsTheTrialOrSaysWhyThereIsNone) {
  EXPECT_EQ(sweepctl_.Run({"best", AddFinishedSweep(), "-o", "id"}).out, "2\n");
  const std::string open = service_.AddSweep("open", 1);
  EXPECT_EQ(sweepctl_.Run({"best", open}).code, 3);
  service_.FinishSweep(open);
  const CommandResult over = sweepctl_.Run({"best", open});
  EXPECT_EQ(over.code, 6);
  EXPECT_THAT(over.err, HasSubstr("no trial succeeded"));
}

TEST_F(CommandsTest, VerbsPrintTheStateTheyLedTo) {
  const std::string id = service_.AddSweep("open", 2);
  EXPECT_EQ(sweepctl_.Run({"pause", id}).out, "Sweep sweep001 is PAUSED (2 pending)\n");
  EXPECT_EQ(sweepctl_.Run({"resume", id}).out, "Sweep sweep001 is ACTIVE (2 pending)\n");
  EXPECT_EQ(sweepctl_.Run({"stop", id}).out, "Sweep sweep001 is STOPPING (2 pending)\n");
  EXPECT_EQ(sweepctl_.Run({"cancel", id, "-o", "id"}).out, "sweep001\n");
}

TEST_F(CommandsTest, RefusalsAndMissingSweepsHaveTheirOwnCodes) {
  const CommandResult refused = sweepctl_.Run({"pause", AddFinishedSweep()});
  EXPECT_EQ(refused.code, 4);
  EXPECT_EQ(refused.err, "error: sweep sweep001 is FINISHED\n");
  const CommandResult missing = sweepctl_.Run({"show", "nosuchid"});
  EXPECT_EQ(missing.code, 3);
  EXPECT_EQ(missing.err, "error: no sweep \"nosuchid\"\n");
}

TEST_F(CommandsTest, DeleteAsksOnATerminal) {
  const std::string id = AddFinishedSweep();
  sweepctl_.in_is_terminal = true;
  sweepctl_.input = "n\n";
  const CommandResult kept = sweepctl_.Run({"delete", id});
  EXPECT_EQ(kept.code, 1);
  EXPECT_EQ(kept.err, "Delete sweep sweep001 (mnist) with its 3 trials for good? [y/N] nothing was deleted\n");
  sweepctl_.input = "y\n";
  EXPECT_EQ(sweepctl_.Run({"delete", id}).out, "Deleted sweep sweep001\n");
  EXPECT_EQ(sweepctl_.Run({"delete", id, "--yes"}).code, 3);
}

TEST_F(CommandsTest, DeleteSucceedsWhenOnlyItsAnswerWasLost) {
  const std::string id = AddFinishedSweep();
  service_.FailNextCalls(1);
  EXPECT_EQ(sweepctl_.Run({"delete", id}).code, 0);
}

TEST_F(CommandsTest, AgentsHidesSilentOnes) {
  v1::Agent agent;
  agent.set_id("agent1");
  agent.set_name("gpu1-4711");
  agent.set_host("gpu1");
  agent.set_slots(4);
  agent.set_alive(true);
  agent.add_trials("sweeps/sweep001/trials/3");
  service_.AddAgent(agent);
  agent.set_id("agent2");
  agent.set_alive(false);
  service_.AddAgent(agent);
  const CommandResult result = sweepctl_.Run({"agents"});
  EXPECT_THAT(result.out, HasSubstr("gpu1-4711  ALIVE  gpu1   1/4"));
  EXPECT_THAT(result.out, HasSubstr("sweep001/3"));
  EXPECT_EQ(result.err, "1 silent; show them with --all\n");
  EXPECT_EQ(sweepctl_.Run({"agents", "--all", "-o", "id"}).out, "agent1\nagent2\n");
}

TEST_F(CommandsTest, StatsShowsWhatTheControllerDoes) {
  const CommandResult result = sweepctl_.Run({"stats"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("2 alive"));
  EXPECT_THAT(result.out, HasSubstr("4 with 10 commands (2.5 each"));
  EXPECT_THAT(result.out, HasSubstr("median below 2.048ms, 99% below 8.192ms, longest 7ms"));
  EXPECT_THAT(sweepctl_.Run({"stats", "-o", "json"}).out, HasSubstr("\"commands\": 10"));
}

}  // namespace
}  // namespace sweepd::client
