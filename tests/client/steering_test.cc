// The commands that change limits and single trials, export, and the dry run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/value.h"
#include "common/wire_value.h"
#include "tests/client/fake_sweep_service.h"
#include "tests/client/sweepctl_harness.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::client {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class SteeringTest : public testing::Test {
 protected:
  FakeController controller_;
  FakeSweepService& service_ = controller_.service();
  SweepctlHarness sweepctl_{controller_.address()};
  const std::string id_ = service_.AddSweep("mnist", 3);
};

TEST_F(SteeringTest, UpdateNamesTheLimitsAsTheyAreNow) {
  EXPECT_EQ(sweepctl_
                .Run({"update", id_, "--run-cap", "20", "--max-parallel", "4", "--retries-failed", "1",
                      "--retries-lost", "0"})
                .out,
            "Sweep sweep001 is ACTIVE with run_cap 20, max_parallel 4, retries.lost 0, retries.failed 1, "
            "early_terminate none\n");
  EXPECT_THAT(sweepctl_.Run({"update", id_, "--run-cap", "none"}).out, HasSubstr("run_cap none, max_parallel 4"));
}

TEST_F(SteeringTest, UpdateLeavesTheReadingOfARuleToTheController) {
  EXPECT_THAT(sweepctl_.Run({"update", id_, "--early-terminate", "{type: median}"}).out,
              HasSubstr(", early_terminate median min_iter=1\n"));
  const CommandResult result = sweepctl_.Run({"update", id_, "--early-terminate", "{type: medium}"});
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.err,
            "--early-terminate:1:8: early_terminate.type: {type: medium}\nerror: 1 problem; nothing was done\n");
  EXPECT_THAT(sweepctl_.Run({"update", id_, "--early-terminate", "none"}).out, HasSubstr(", early_terminate none\n"));
}

TEST_F(SteeringTest, UpdateSaysWhatItNeeds) {
  CommandResult result = sweepctl_.Run({"update", id_});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("nothing to change: give --run-cap"));
  result = sweepctl_.Run({"update", id_, "--run-cap", "0"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("--run-cap must be a whole number from 1 up, or none; not \"0\""));
}

TEST_F(SteeringTest, EnqueueReadsTheParametersAsASweepFileDoes) {
  const CommandResult result = sweepctl_.Run({"trial", "enqueue", id_, "lr=1e-3", "batch_size=16"});
  EXPECT_EQ(result.out, "Trial 4 of sweep sweep001 is PENDING (batch_size=16 lr=0.001)\n");
  EXPECT_EQ(
      sweepctl_.Run({"trial", "enqueue", id_, "--json", R"({"lr": 0.5, "opt": {"name": "sgd"}})", "-o", "id"}).out,
      "5\n");
  EXPECT_THAT(sweepctl_.Run({"trial", "show", id_, "5", "-o", "json"}).out, HasSubstr("\"name\": \"sgd\""));
}

TEST_F(SteeringTest, EnqueueSaysWhatIsWrongWithTheWords) {
  CommandResult result = sweepctl_.Run({"trial", "enqueue", id_, "lr"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("\"lr\" is not NAME=VALUE"));
  EXPECT_THAT(sweepctl_.Run({"trial", "enqueue", id_, "--json", "[1]"}).err, HasSubstr("must be a JSON object"));
  EXPECT_THAT(sweepctl_.Run({"trial", "enqueue", id_, "lr=1", "--json", "{}"}).err, HasSubstr("not both"));
}

TEST_F(SteeringTest, EnqueueAddsOneTrialThoughAnAnswerIsLost) {
  sweepctl_.Run({"trial", "show", id_, "1"});
  service_.FailNextCalls(2);
  EXPECT_EQ(sweepctl_.Run({"trial", "enqueue", id_, "--json", "{}", "-o", "id"}).out, "4\n");
  EXPECT_EQ(sweepctl_.Run({"trials", id_, "-o", "id"}).out, "1\n2\n3\n4\n");
}

TEST_F(SteeringTest, RetryAndCancelNameTheTrialAndItsState) {
  service_.StartTrial(id_, 2);
  service_.FailTrial(id_, 2, "boom");
  EXPECT_THAT(sweepctl_.Run({"trial", "retry", id_, "2"}).out, StartsWith("Trial 2 of sweep sweep001 is PENDING ("));
  EXPECT_THAT(sweepctl_.Run({"trial", "cancel", id_, "2"}).out, StartsWith("Trial 2 of sweep sweep001 is CANCELLED ("));
  const CommandResult refused = sweepctl_.Run({"trial", "retry", id_, "1"});
  EXPECT_EQ(refused.code, 4);
  EXPECT_THAT(refused.err, HasSubstr("cannot retry trial 1"));
}

class ExportTest : public SteeringTest {
 protected:
  ExportTest() {
    for (int number : {1, 2}) service_.StartTrial(id_, number);
    service_.AddPoint(id_, 1, "val_acc", 1, 0.5);
    service_.AddPoint(id_, 2, "val_acc", 1, 0.25);
    service_.AddPoint(id_, 2, "val_acc", 2, 0.93);
    service_.SucceedTrial(id_, 1, 0.75);
    service_.FailTrial(id_, 2, "Traceback:\nsaid \"no\", twice");
    std::map<std::string, v1::Value> nested;
    nested["opt"] = ValueToWire(Value::Map{{"lr", 0.1}, {"name", "a,b"}});
    service_.SetAssignment(id_, 3, nested);
  }
};

TEST_F(ExportTest, WritesEveryTrialAsCsvWithAColumnForEachParameter) {
  const std::string out = sweepctl_.Run({"export", id_}).out;
  EXPECT_THAT(out, StartsWith("sweep,number,state,reason,message,objective,objective_step,attempt,lost_attempts,"
                              "failed_attempts,agent,created,started,ended,duration_seconds,param.batch_size,param.lr,"
                              "param.opt.lr,param.opt.name\n"
                              "sweep001,1,SUCCEEDED,,,0.75,"));
  EXPECT_THAT(out, HasSubstr("\nsweep001,2,FAILED,EXIT_CODE,\"Traceback:\nsaid \"\"no\"\", twice\",,"));
  EXPECT_THAT(out, HasSubstr(",,,0.1,\"a,b\"\n"));
  EXPECT_EQ(sweepctl_.Run({"export", id_, "-o", "csv"}).out, out);
}

TEST_F(ExportTest, WritesOneObjectForEachTrial) {
  const std::string out = sweepctl_.Run({"export", id_, "-o", "jsonl"}).out;
  const std::vector<std::string> lines = absl::StrSplit(out, '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 3u);
  ASSERT_OK_AND_ASSIGN(const Value third, ParseJson(lines[2]));
  EXPECT_EQ(third.as_map().at("assignment"), Value(Value::Map{{"opt", Value::Map{{"lr", 0.1}, {"name", "a,b"}}}}));
}

TEST_F(ExportTest, WritesEveryMetricPoint) {
  const std::string out = sweepctl_.Run({"export", id_, "--metrics"}).out;
  EXPECT_THAT(out, StartsWith("trial,attempt,metric,step,sequence,value,time\n1,1,val_acc,1,1,0.5,2026-"));
  EXPECT_THAT(out, AllOf(HasSubstr("\n2,1,val_acc,1,1,0.25,"), HasSubstr("\n2,1,val_acc,2,2,0.93,")));
}

TEST_F(ExportTest, WritesToAFileAndRefusesOtherFormats) {
  TemporaryFolder folder;
  const CommandResult result = sweepctl_.Run({"export", id_, "--file", folder.File("out.csv")});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(ReadAll(folder.File("out.csv")), sweepctl_.Run({"export", id_}).out);
  EXPECT_EQ(sweepctl_.Run({"export", id_, "-o", "json"}).code, 2);
  EXPECT_THAT(sweepctl_.Run({"export", id_, "--file", "/no/such/folder/x"}).err, HasSubstr("cannot write /no/such"));
  EXPECT_EQ(sweepctl_.Run({"export", "nosuchid", "--file", folder.File("other.csv")}).code, 3);
  EXPECT_FALSE(std::filesystem::exists(folder.File("other.csv")));
}

TEST_F(ExportTest, GoesThroughPages) {
  const std::string large = service_.AddSweep("large", 2500);
  const std::string out = sweepctl_.Run({"export", large}).out;
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2501);
}

TEST_F(SteeringTest, TheDryRunPrintsCommandsThatCanBeTyped) {
  sweepctl_.input = "method: grid";
  const CommandResult result = sweepctl_.Run({"create", "--dry-run", "2", "-"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out,
            "trial 1: lr=0.1 note=a b\n"
            "    /usr/bin/env python3 train.py --lr=0.1 '--note=a b' '--home=${envvar:HOME}'\n"
            "trial 2: lr=0.1 note=it's\n"
            "    /usr/bin/env python3 train.py --lr=0.1 '--note=it'\\''s' '--home=${envvar:HOME}'\n");
  EXPECT_EQ(result.err, "note: nothing was created\n");
  EXPECT_EQ(service_.sweeps_created(), 0);
}

TEST_F(SteeringTest, TheDryRunSaysWhyThereAreNoMore) {
  const CommandResult result = sweepctl_.Run({"create", "--dry-run", "9", "-", "-o", "jsonl"});
  EXPECT_THAT(result.err, HasSubstr("note: there are 4 and not 9: the space has no further point"));
  EXPECT_THAT(result.out, StartsWith("{\"assignment\":{\"lr\":0.1,\"note\":\"a b\"},\"command\":[\"/usr/bin/env\","));
}

TEST_F(SteeringTest, TheDryRunOfABrokenFilePrintsItsProblems) {
  sweepctl_.input = "broken";
  const CommandResult result = sweepctl_.Run({"create", "--dry-run", "2", "-"});
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("did you mean grid?"));
}

}  // namespace
}  // namespace sweepd::client
