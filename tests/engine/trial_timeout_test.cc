// An attempt that runs too long: its agent ends it, and the controller does when the agent does not.
#include "server/core/errors.h"
#include "tests/support/engine_harness.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

constexpr absl::Duration kTtl = absl::Seconds(60);
constexpr absl::Duration kTimeout = absl::Minutes(90);

class TrialTimeout : public testing::Test {
 protected:
  TrialTimeout() {
    SweepSpec spec = SpecOf(Method::kRandom);
    spec.trial_timeout = kTimeout;
    spec.retries = {.lost = 0, .failed = 1};
    sweep_ = harness_.CreateSweep(spec);
  }

  // Time passes while the agent sends a heartbeat now and then; the last directive it got.
  Directive BeatFor(absl::Duration duration, const LeaseRef& lease) {
    Directive directive = Directive::kContinue;
    for (absl::Duration left = duration; left > absl::ZeroDuration(); left -= absl::Seconds(10)) {
      harness_.clock.Advance(std::min(left, absl::Seconds(10)));
      harness_.ExpireLeases();
      directive = harness_.Beat(agent_, lease);
    }
    return directive;
  }
  Trial TrialNow() { return harness_.FindTrial({sweep_, 1}); }

  EngineHarness harness_;
  std::string sweep_;
  const std::string agent_ = harness_.RegisterAgent("agent");
};

TEST_F(TrialTimeout, WhatTheAgentEndedHasFailedAndRunsAgainWhileRetriesLast) {
  const LeaseGrant grant = harness_.Lease(agent_, sweep_);
  EXPECT_EQ(grant.spec->trial_timeout, kTimeout) << "the agent is told";
  BeatFor(kTimeout, grant.ref);
  ASSERT_OK_AND_ASSIGN(const FinishAnswer first, harness_.Finish(grant.ref, Outcome::kTimedOut));
  EXPECT_EQ(first.state, TrialState::kPending);
  EXPECT_EQ(first.reason, TrialReason::kTimeout);
  ASSERT_OK_AND_ASSIGN(const FinishAnswer second,
                       harness_.Finish(harness_.Lease(agent_, sweep_).ref, Outcome::kTimedOut));
  EXPECT_EQ(second.state, TrialState::kFailed);
  EXPECT_EQ(TrialNow().reason, TrialReason::kTimeout);
  EXPECT_EQ(TrialNow().failed_attempts, 2);
}

TEST_F(TrialTimeout, AnAgentHasTimeToEndTheProgramAndDeliver) {
  const LeaseGrant grant = harness_.Lease(agent_, sweep_);
  EXPECT_EQ(BeatFor(kTimeout + kTtl, grant.ref), Directive::kContinue);
  ASSERT_OK(harness_.Finish(grant.ref, Outcome::kTimedOut));
  EXPECT_THAT(TrialNow().message, testing::HasSubstr("too long"));
}

TEST_F(TrialTimeout, TheControllerEndsWhatGoesOnFarBeyondTheLimit) {
  const LeaseGrant grant = harness_.Lease(agent_, sweep_);
  EXPECT_EQ(BeatFor(kTimeout + 2 * kTtl - absl::Seconds(1), grant.ref), Directive::kContinue);
  EXPECT_EQ(BeatFor(absl::Seconds(1), grant.ref), Directive::kLeaseLost);
  EXPECT_EQ(TrialNow().state, TrialState::kPending) << "retries.failed: 1";
  EXPECT_EQ(TrialNow().reason, TrialReason::kTimeout);
  EXPECT_EQ(TrialNow().failed_attempts, 1);
  EXPECT_EQ(harness_.store().FindAttempt({sweep_, 1}, 1)->state, AttemptState::kFailed);
  EXPECT_EQ(ReasonOf(harness_.Report(grant.ref, 1, 1).status()), "LEASE_LOST");
  ASSERT_OK_AND_ASSIGN(const FinishAnswer late, harness_.Finish(grant.ref, Outcome::kCompleted));
  EXPECT_EQ(late.reason, TrialReason::kTimeout) << "a result that comes too late is told so and changes nothing";
  EXPECT_EQ(TrialNow().state, TrialState::kPending);
}

TEST_F(TrialTimeout, HeartbeatsOfOtherThreadsDoNotMoveTheLimitEither) {
  const LeaseGrant grant = harness_.Lease(agent_, sweep_);
  for (absl::Duration t; t < kTimeout + 2 * kTtl; t += absl::Seconds(10)) {
    harness_.clock.Advance(absl::Seconds(10));
    EXPECT_TRUE(harness_.engine().TryHeartbeat(agent_, {grant.ref}).has_value());
  }
  harness_.ExpireLeases();
  EXPECT_EQ(TrialNow().reason, TrialReason::kTimeout);
}

TEST_F(TrialTimeout, ASilentAgentsAttemptIsLostAndNotTimedOut) {
  const LeaseGrant grant = harness_.Lease(agent_, sweep_);
  BeatFor(kTimeout, grant.ref);
  harness_.clock.Advance(kTtl);
  harness_.ExpireLeases();
  EXPECT_EQ(TrialNow().reason, TrialReason::kLost);
}

TEST_F(TrialTimeout, AResultThatWaitedOutAnAbsenceOfTheControllerIsTaken) {
  const LeaseGrant grant = harness_.Lease(agent_, sweep_);
  harness_.clock.Advance(2 * kTimeout);
  harness_.Restart();
  EXPECT_EQ(harness_.Beat(agent_, grant.ref), Directive::kContinue);
  ASSERT_OK_AND_ASSIGN(const FinishAnswer answer, harness_.Finish(grant.ref, Outcome::kTimedOut));
  EXPECT_EQ(answer.reason, TrialReason::kTimeout);
}

TEST_F(TrialTimeout, AfterARestartTheControllersOwnLimitCountsAnew) {
  const LeaseGrant grant = harness_.Lease(agent_, sweep_);
  BeatFor(kTimeout / 2, grant.ref);
  harness_.Restart();
  EXPECT_EQ(BeatFor(kTimeout + kTtl, grant.ref), Directive::kContinue);
  EXPECT_EQ(BeatFor(kTtl, grant.ref), Directive::kLeaseLost);
  EXPECT_EQ(TrialNow().reason, TrialReason::kTimeout);
}

TEST_F(TrialTimeout, TheControllersSleepIsNotTheAgents) {
  const LeaseGrant grant = harness_.Lease(agent_, sweep_);
  harness_.clock.Advance(3 * kTimeout);
  harness_.engine().leases().ShiftAll(3 * kTimeout);
  harness_.ExpireLeases();
  EXPECT_EQ(harness_.Beat(agent_, grant.ref), Directive::kContinue);
}

TEST_F(TrialTimeout, WithoutOneAnAttemptRunsAsLongAsItLikes) {
  const std::string sweep = harness_.CreateSweep(SpecOf(Method::kRandom));
  const LeaseGrant grant = harness_.Lease(agent_, sweep);
  EXPECT_EQ(BeatFor(3 * kTimeout, grant.ref), Directive::kContinue);
}

}  // namespace
}  // namespace sweepd
