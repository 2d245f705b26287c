#include "server/engine/trial_outcome.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct AggregateCase {
  const char* name;
  Goal goal;
  Aggregation aggregation;
  std::vector<double> reports;
  double objective;
  int64_t step;
};

class AggregateTest : public testing::TestWithParam<AggregateCase> {};

TEST_P(AggregateTest, GivesTheObjective) {
  const Objective objective{"loss", GetParam().goal, GetParam().aggregation, std::nullopt};
  Trial trial;
  int64_t step = 0;
  for (const double value : GetParam().reports) {
    AggregateObjective(objective, {step, step, absl::UnixEpoch(), {{"loss", value}, {"other", -1}}}, trial);
    ++step;
  }
  ASSERT_TRUE(trial.objective.has_value());
  if (std::isnan(GetParam().objective)) {
    EXPECT_TRUE(std::isnan(*trial.objective));
  } else {
    EXPECT_EQ(*trial.objective, GetParam().objective);
  }
  EXPECT_EQ(*trial.objective_step, GetParam().step);
}

INSTANTIATE_TEST_SUITE_P(
    Reports, AggregateTest,
    testing::Values(AggregateCase{"BestMinimum", Goal::kMinimize, Aggregation::kBest, {3, 1, 2}, 1, 1},
                    AggregateCase{"BestMaximum", Goal::kMaximize, Aggregation::kBest, {3, 1, 2}, 3, 0},
                    AggregateCase{"TheFirstOfEqualBests", Goal::kMinimize, Aggregation::kBest, {1, 1}, 1, 0},
                    AggregateCase{"Last", Goal::kMinimize, Aggregation::kLast, {3, 1, 2}, 2, 2},
                    AggregateCase{"BestPassesOverNan", Goal::kMinimize, Aggregation::kBest, {kNan, 2, kNan}, 2, 1},
                    AggregateCase{"BestPassesOverInfinity", Goal::kMaximize, Aggregation::kBest, {2, kInfinity}, 2, 0},
                    AggregateCase{"NothingButNan", Goal::kMinimize, Aggregation::kBest, {kNan}, kNan, 0},
                    AggregateCase{"LastKeepsNan", Goal::kMinimize, Aggregation::kLast, {1, kNan}, kNan, 1}),
    [](const auto& test) { return test.param.name; });

TEST(JudgeFinish, ASweepWithoutObjectiveSucceedsByExitCodeAlone) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.objective.reset();
  EXPECT_EQ(JudgeFinish(spec, {}, {}, {}).trial, TrialState::kSucceeded);
}

TEST(JudgeFinish, AStoppedTrialIsStoppedWhateverItsExitCode) {
  FinishReport report;
  report.outcome = Outcome::kStopped;
  report.exit_code = 1;
  EXPECT_EQ(JudgeFinish(SpecOf(Method::kRandom), {}, report, {}).trial, TrialState::kStopped);
}

TEST(JudgeFinish, APreemptedTrialFailsWhenItsRetriesAreSpent) {
  FinishReport report;
  report.outcome = Outcome::kPreempted;
  Trial trial;
  trial.lost_attempts = 3;
  const TrialVerdict verdict = JudgeFinish(SpecOf(Method::kRandom), trial, report, {});
  EXPECT_EQ(verdict.trial, TrialState::kFailed);
  EXPECT_EQ(verdict.reason, TrialReason::kPreempted);
}

TEST(ReachesTarget, CountsTheTargetItself) {
  const Objective minimize{"m", Goal::kMinimize, Aggregation::kBest, 0.5};
  EXPECT_TRUE(ReachesTarget(minimize, 0.5));
  EXPECT_TRUE(ReachesTarget(minimize, 0.4));
  EXPECT_FALSE(ReachesTarget(minimize, 0.6));
  const Objective maximize{"m", Goal::kMaximize, Aggregation::kBest, 0.5};
  EXPECT_TRUE(ReachesTarget(maximize, 0.6));
  EXPECT_FALSE(ReachesTarget(maximize, 0.4));
  EXPECT_FALSE(ReachesTarget({"m", Goal::kMaximize, Aggregation::kBest, std::nullopt}, 9));
}

}  // namespace
}  // namespace sweepd
