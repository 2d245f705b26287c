// What the end of a trial means for its sweep.
#include "tests/engine/sweep_course.h"

namespace sweepd {
namespace {

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
