#include "agent/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::agent {
namespace {

using testing::Contains;
using testing::IsSupersetOf;
using testing::Not;

class EnvironmentTest : public testing::Test {
 protected:
  EnvironmentTest() {
    lease_.ref = {"abcdefgh", 3, 2, "secret"};
    lease_.seed = 17;
    lease_.assignment = {{"lr", 0.1}, {"opt.name", "adam"}, {"use-bias", true}, {"dims", Value::List{1, 2}}};
  }

  std::vector<std::string> Make(const std::vector<std::string>& inherited = {}) {
    return ProgramEnvironment(inherited, lease_, workdir_, slot_);
  }

  TemporaryFolder root_;
  Lease lease_;
  Slot slot_;
  Workdir workdir_ = *Workdir::Create(root_.path(), [] {
    Lease lease;
    lease.ref = {"abcdefgh", 3, 2, "secret"};
    return lease;
  }());
};

TEST_F(EnvironmentTest, TellsTheProgramItsTrial) {
  EXPECT_THAT(Make(), IsSupersetOf({"SWEEP_ID=abcdefgh", "SWEEP_TRIAL=3", "SWEEP_ATTEMPT=2", "SWEEP_SEED=17"}));
  EXPECT_THAT(Make(), Contains("SWEEP_METRICS_FILE=" + workdir_.metrics_file()));
  EXPECT_THAT(Make(), Contains("SWEEP_STOP_FILE=" + workdir_.stop_file()));
  EXPECT_THAT(Make(), Contains("SWEEP_PARAMS_FILE=" + workdir_.params_file()));
  EXPECT_THAT(Make(), Contains("SWEEP_CHECKPOINT_DIR=" + workdir_.checkpoint_dir()));
  EXPECT_THAT(Make(), Contains(AttemptMark(workdir_)));
}

TEST_F(EnvironmentTest, GivesEachParameterAVariable) {
  EXPECT_THAT(Make(), IsSupersetOf({"SWEEP_PARAM_LR=0.1", "SWEEP_PARAM_OPT_NAME=adam", "SWEEP_PARAM_USE_BIAS=True",
                                    "SWEEP_PARAM_DIMS=[1,2]"}));
  EXPECT_THAT(Make(), Contains(R"(SWEEP_PARAMS={"dims":[1,2],"lr":0.1,"opt.name":"adam","use-bias":true})"));
}

TEST_F(EnvironmentTest, TellsTheObjectiveOnlyWhenThereIsOne) {
  EXPECT_THAT(Make(), Not(Contains(testing::StartsWith("SWEEP_METRIC="))));
  lease_.objective = Objective{"val_acc", true};
  EXPECT_THAT(Make(), IsSupersetOf({"SWEEP_METRIC=val_acc", "SWEEP_GOAL=maximize"}));
}

TEST_F(EnvironmentTest, TellsTheResumeStepOnceThereIsACheckpoint) {
  EXPECT_THAT(Make(), Not(Contains(testing::StartsWith("SWEEP_RESUME_STEP"))));
  ASSERT_OK(workdir_.KeepResumeStep(12));
  EXPECT_THAT(Make(), Contains("SWEEP_RESUME_STEP=12"));
}

TEST_F(EnvironmentTest, InheritsEverythingButTheVariablesOfAnOuterTrial) {
  const std::vector<std::string> made = Make({"PATH=/bin", "EMPTY=", "SWEEP_RESUME_STEP=9", "SWEEP_ID=outer"});
  EXPECT_THAT(made, IsSupersetOf({"PATH=/bin", "EMPTY=", "SWEEP_ID=abcdefgh"}));
  EXPECT_THAT(made, Not(Contains("SWEEP_RESUME_STEP=9")));
}

TEST_F(EnvironmentTest, LetsTheSlotAddItsDevices) {
  slot_.environment = {{"CUDA_VISIBLE_DEVICES", "1"}};
  const std::vector<std::string> made = Make({"CUDA_VISIBLE_DEVICES=0,1"});
  EXPECT_THAT(made, Contains("CUDA_VISIBLE_DEVICES=1"));
  EXPECT_THAT(made, Not(Contains("CUDA_VISIBLE_DEVICES=0,1")));
}

TEST_F(EnvironmentTest, LeavesOutParametersTooLongForAnEnvironment) {
  lease_.assignment["text"] = std::string(200'000, 'x');
  for (const std::string& entry : Make()) EXPECT_LT(entry.size(), 128u << 10);
  EXPECT_THAT(Make(), Contains("SWEEP_PARAM_LR=0.1"));
}

TEST_F(EnvironmentTest, GivesASharedNameToTheFirstParameter) {
  lease_.assignment = {{"a-b", 1}, {"a.b", 2}};
  EXPECT_THAT(Make(), Contains("SWEEP_PARAM_A_B=1"));
}

}  // namespace
}  // namespace sweepd::agent
