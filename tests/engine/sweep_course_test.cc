// What the end of a trial means for its sweep.
#include "server/core/errors.h"
#include "tests/support/engine_harness.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

using testing::ElementsAre;

class SweepCourse : public testing::Test {
 protected:
  void Create(SweepSpec spec) { sweep_ = harness_.CreateSweep(std::move(spec)); }
  LeaseGrant Lease() { return harness_.Lease(agent_, sweep_); }
  void Succeed(double loss) { harness_.Complete(Lease().ref, loss); }
  void Fail() { EXPECT_OK(harness_.Finish(Lease().ref, Outcome::kFailed)); }
  absl::Status Resume() {
    return harness_.Run([&](Engine& engine) { return engine.ResumeSweep(sweep_); }).status();
  }
  absl::StatusOr<SweepView> Stop() {
    return harness_.Run([&](Engine& engine) { return engine.StopSweep(sweep_); });
  }
  Sweep Found() { return harness_.FindSweep(sweep_); }
  Event LastEvent() { return harness_.store().ListEvents(sweep_, 0, 100000)->back(); }
  // The number of the best trial, and its result.
  std::pair<int64_t, double> Best() {
    const SweepView view = *FindSweepView(harness_.store(), sweep_);
    return view.best.has_value() ? std::pair(view.best->key.number, ResultOf(*view.best)) : std::pair(int64_t{0}, 0.0);
  }

  EngineHarness harness_;
  const std::string agent_ = harness_.RegisterAgent("agent");
  std::string sweep_;
};

SweepSpec WithMaxFailures(int64_t most) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.max_failures = most;
  return spec;
}

TEST_F(SweepCourse, TooManyFailuresInARowPauseTheSweepWithTheReason) {
  Create(WithMaxFailures(2));
  Fail();
  EXPECT_EQ(Found().state, SweepState::kActive);
  Fail();
  EXPECT_EQ(Found().state, SweepState::kPaused);
  EXPECT_EQ(Found().reason, SweepReason::kTooManyFailures);
  EXPECT_EQ(LastEvent().kind, EventKind::kSweepPaused);
  EXPECT_EQ(LastEvent().detail, "2 trials failed in a row (max_failures: 2), the last one is trial 2");
  EXPECT_EQ(harness_.WaitReasonOf(agent_, sweep_), WaitReason::kPaused);
}

TEST_F(SweepCourse, ASuccessBeginsTheCountOfFailuresAnew) {
  Create(WithMaxFailures(2));
  Fail();
  Succeed(1);
  Fail();
  EXPECT_EQ(Found().state, SweepState::kActive);
  EXPECT_EQ(Found().failures_in_a_row, 1);
}

TEST_F(SweepCourse, ResumeBeginsTheCountOfFailuresAnew) {
  Create(WithMaxFailures(2));
  Fail();
  Fail();
  ASSERT_OK(Resume());
  EXPECT_EQ(Found().failures_in_a_row, 0);
  Fail();
  EXPECT_EQ(Found().state, SweepState::kActive);
  Fail();
  EXPECT_EQ(Found().reason, SweepReason::kTooManyFailures);
}

TEST_F(SweepCourse, ARestartKeepsTheCountOfFailures) {
  Create(WithMaxFailures(2));
  Fail();
  harness_.Restart();
  Fail();
  EXPECT_EQ(Found().reason, SweepReason::kTooManyFailures);
}

TEST_F(SweepCourse, ALostTrialIsAFailureOnlyWhenItIsFinal) {
  SweepSpec spec = WithMaxFailures(1);
  spec.retries.lost = 1;
  Create(spec);
  for (const SweepState expected : {SweepState::kActive, SweepState::kPaused}) {
    Lease();
    harness_.clock.Advance(kDefaultLeaseTtl + absl::Seconds(1));
    harness_.ExpireLeases();
    EXPECT_EQ(Found().state, expected);
  }
}

TEST_F(SweepCourse, TrialsThatStillRunMayGoOnWhenTheSweepPauses) {
  Create(WithMaxFailures(1));
  const LeaseGrant running = Lease();
  Fail();
  EXPECT_EQ(Found().state, SweepState::kPaused);
  harness_.Complete(running.ref, 1);
  EXPECT_EQ(Best(), std::pair(int64_t{1}, 1.0));
}

TEST_F(SweepCourse, ASweepThatMakesNoMoreTrialsIsNotPaused) {
  SweepSpec spec = WithMaxFailures(1);
  spec.run_cap = 1;
  Create(spec);
  Fail();
  EXPECT_EQ(Found().state, SweepState::kFinished);
  EXPECT_EQ(Found().reason, SweepReason::kRunCapReached);
}

TEST_F(SweepCourse, WithoutMaxFailuresNothingIsCounted) {
  Create(SpecOf(Method::kRandom));
  for (int i = 0; i < 9; ++i) Fail();
  EXPECT_EQ(Found().state, SweepState::kActive);
  EXPECT_EQ(Found().failures_in_a_row, 0);
}

SweepSpec WithRepeats(int64_t repeats) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.repeats = repeats;
  return spec;
}

TEST_F(SweepCourse, EveryAssignmentRunsAsOftenAsWanted) {
  Create(WithRepeats(3));
  std::vector<Assignment> assignments;
  for (int i = 0; i < 7; ++i) assignments.push_back(Lease().assignment);
  EXPECT_EQ(assignments[0], assignments[1]);
  EXPECT_EQ(assignments[0], assignments[2]);
  EXPECT_NE(assignments[2], assignments[3]);
  EXPECT_EQ(assignments[3], assignments[5]);
  std::vector<int64_t> repeat_of;
  for (const Trial& trial : harness_.Trials(sweep_)) repeat_of.push_back(trial.repeat_of);
  EXPECT_THAT(repeat_of, ElementsAre(0, 1, 1, 0, 4, 4, 0, 7, 7));
  EXPECT_EQ(Found().suggestions, 3);
}

TEST_F(SweepCourse, TheBestTrialIsThatOfTheBestMeanOfCompleteRepeats) {
  Create(WithRepeats(2));
  Succeed(1);
  EXPECT_EQ(Best().first, 0) << "one of its trials is not over";
  Succeed(2);
  EXPECT_EQ(Best(), std::pair(int64_t{1}, 1.5));
  Succeed(0.5);
  Succeed(3);
  EXPECT_EQ(Best(), std::pair(int64_t{1}, 1.5));
  Succeed(1);
  Succeed(1);
  EXPECT_EQ(Best(), std::pair(int64_t{5}, 1.0));
}

TEST_F(SweepCourse, FailedRepeatsAreLeftOutOfTheMean) {
  Create(WithRepeats(2));
  Fail();
  Succeed(2);
  EXPECT_EQ(Best(), std::pair(int64_t{2}, 2.0)) << "the first that succeeded stands for all";
  Fail();
  Fail();
  EXPECT_EQ(Best(), std::pair(int64_t{2}, 2.0));
}

TEST_F(SweepCourse, TheTargetIsReachedByAMeanAlone) {
  SweepSpec spec = WithRepeats(2);
  spec.objective->target = 1;
  Create(spec);
  Succeed(0);
  Succeed(3);
  EXPECT_EQ(Found().state, SweepState::kActive);
  Succeed(0);
  Succeed(2);
  EXPECT_EQ(Found().reason, SweepReason::kTargetReached);
  EXPECT_EQ(Found().state, SweepState::kFinished);
  EXPECT_EQ(ReasonOf(Resume()), "NOTHING_LEFT");
}

TEST_F(SweepCourse, TheCapCountsEveryRepeat) {
  SweepSpec spec = WithRepeats(3);
  spec.run_cap = 4;
  Create(spec);
  for (const double loss : {2, 2, 2, 1}) Succeed(loss);
  EXPECT_EQ(Found().state, SweepState::kFinished);
  EXPECT_EQ(Found().reason, SweepReason::kRunCapReached);
  EXPECT_EQ(Best(), std::pair(int64_t{4}, 1.0)) << "the last assignment has but one trial";
}

TEST_F(SweepCourse, AGridRunsEveryPointAsOftenAsWanted) {
  SweepSpec spec = SpecOf(Method::kGrid);
  spec.repeats = 2;
  Create(spec);
  std::map<std::string, int> runs;
  for (int i = 0; i < 24; ++i) {
    const LeaseGrant grant = Lease();
    ++runs[ToJson(Value(grant.assignment))];
    harness_.Complete(grant.ref, 1);
  }
  EXPECT_EQ(runs.size(), 12u);
  for (const auto& [assignment, count] : runs) EXPECT_EQ(count, 2) << assignment;
  EXPECT_EQ(Found().reason, SweepReason::kSpaceExhausted);
  EXPECT_EQ(Found().state, SweepState::kFinished);
}

TEST_F(SweepCourse, AStopSettlesAnAssignmentWithTheRepeatsThatRan) {
  Create(WithRepeats(3));
  Succeed(2);
  Succeed(4);
  ASSERT_OK(Stop());
  EXPECT_EQ(Found().state, SweepState::kFinished);
  EXPECT_EQ(Best(), std::pair(int64_t{1}, 3.0));
  ASSERT_OK(Resume());
  EXPECT_EQ(Lease().ref.trial.number, 4) << "what a stop cancelled stays so";
}

TEST_F(SweepCourse, BayesSeesOneObservationForEachAssignment) {
  SweepSpec spec = SpecOf(Method::kBayes);
  spec.repeats = 2;
  Create(spec);
  Succeed(1);
  Succeed(2);
  Fail();
  Succeed(5);
  Fail();
  Fail();
  Lease();
  ASSERT_OK_AND_ASSIGN(const std::vector<Observation> history, GatherHistory(harness_.store(), sweep_));
  ASSERT_EQ(history.size(), 4u);
  using enum Observation::Outcome;
  EXPECT_EQ(history[0].outcome, kValue);
  EXPECT_EQ(history[0].objective, 1.5);
  EXPECT_EQ(history[1].objective, 5);
  EXPECT_EQ(history[2].outcome, kFailed);
  EXPECT_EQ(history[3].outcome, kPending);
  EXPECT_EQ(history[3].trial, 7);
}

TEST_F(SweepCourse, GivenAssignmentsAreTriedFirstByEveryMethodAndTheCapCountsThem) {
  for (const Method method : {Method::kRandom, Method::kBayes}) {
    SweepSpec spec = SpecOf(method);
    spec.initial = {{{"a", 0.25}, {"b", 0.75}}, {{"a", 0.5}}};
    spec.run_cap = 3;
    Create(spec);
    LeaseGrant grant = Lease();
    EXPECT_EQ(grant.assignment, spec.initial[0]);
    harness_.Complete(grant.ref, 1);
    grant = Lease();
    EXPECT_EQ(grant.assignment.at("a"), Value(0.5));
    harness_.Complete(grant.ref, 2);
    Succeed(3);
    EXPECT_EQ(Found().reason, SweepReason::kRunCapReached);
  }
}

TEST_F(SweepCourse, AGridWithGivenPointsEndsWithEveryPointTriedOnce) {
  SweepSpec spec = SpecOf(Method::kGrid);
  spec.initial = {{{"a", 2}, {"b", "z"}}, {{"a", 3}}, {{"b", "w"}, {"a", 3}}};
  Create(spec);
  std::set<std::string> points;
  for (int i = 0; i < 12; ++i) {
    if (i == 5) harness_.Restart();
    const LeaseGrant grant = Lease();
    EXPECT_EQ(grant.assignment == spec.initial[0], i == 0);
    points.insert(ToJson(Value(grant.assignment)));
    harness_.Complete(grant.ref, 1);
  }
  EXPECT_EQ(points.size(), 12u);
  EXPECT_EQ(Found().reason, SweepReason::kSpaceExhausted);
  EXPECT_TRUE(harness_.IsDone(agent_, sweep_));
}

TEST_F(SweepCourse, AGivenAssignmentIsRepeatedToo) {
  SweepSpec spec = WithRepeats(2);
  spec.initial = {{{"a", 0.25}}};
  Create(spec);
  EXPECT_EQ(Lease().assignment, Lease().assignment);
  EXPECT_NE(Lease().assignment.at("a"), Value(0.25));
}

// The keys that were there before: target, run_cap, retries, aggregation, and resuming what is finished.

TEST_F(SweepCourse, TheTargetEndsTheSweepWithTheTrialsThatRun) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.objective->target = 0.5;
  Create(spec);
  const LeaseGrant running = Lease();
  Succeed(0.5);
  EXPECT_EQ(Found().state, SweepState::kStopping);
  EXPECT_EQ(harness_.WaitReasonOf(agent_, sweep_), WaitReason::kFinishing);
  harness_.Complete(running.ref, 0.1);
  EXPECT_EQ(Found().state, SweepState::kFinished);
  EXPECT_EQ(Best(), std::pair(int64_t{1}, 0.1));
}

TEST_F(SweepCourse, ATargetOfAMaximisedMetricIsReachedFromBelow) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.objective->goal = Goal::kMaximize;
  spec.objective->target = 0.5;
  Create(spec);
  Succeed(0.4);
  EXPECT_EQ(Found().state, SweepState::kActive);
  Succeed(0.6);
  EXPECT_EQ(Found().state, SweepState::kFinished);
}

TEST_F(SweepCourse, ARunningTrialDoesNotReachTheTarget) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.objective->target = 0.5;
  spec.objective->aggregation = Aggregation::kLast;
  Create(spec);
  const LeaseGrant grant = Lease();
  ASSERT_OK(harness_.Report(grant.ref, 1, 0.1));
  EXPECT_EQ(Found().state, SweepState::kActive);
  ASSERT_OK(harness_.Report(grant.ref, 2, 0.9));
  ASSERT_OK(harness_.Finish(grant.ref, Outcome::kCompleted, 2));
  EXPECT_EQ(Found().state, SweepState::kActive) << "its last value counts";
  EXPECT_EQ(Best(), std::pair(int64_t{1}, 0.9));
}

TEST_F(SweepCourse, ARetryIsNotCountedByTheCap) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.run_cap = 2;
  spec.retries.failed = 1;
  Create(spec);
  Fail();
  const LeaseGrant again = Lease();
  EXPECT_EQ(again.ref.trial.number, 1);
  EXPECT_EQ(again.ref.attempt, 2);
  harness_.Complete(again.ref, 1);
  Succeed(2);
  EXPECT_EQ(Found().state, SweepState::kFinished);
  EXPECT_EQ(Found().counts.total(), 2);
}

TEST_F(SweepCourse, AFinishedSweepIsResumedWhileItsCapLeavesSomething) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.run_cap = 2;
  Create(spec);
  Succeed(1);
  ASSERT_OK(Stop());
  EXPECT_EQ(Found().state, SweepState::kFinished);
  ASSERT_OK(Resume());
  EXPECT_FALSE(Found().ended.has_value());
  Succeed(2);
  EXPECT_EQ(Found().reason, SweepReason::kRunCapReached);
  EXPECT_EQ(ReasonOf(Resume()), "NOTHING_LEFT");
}

}  // namespace
}  // namespace sweepd
