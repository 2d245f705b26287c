// What happens when agents vanish, come back, and meet those who took their place.
#include "server/core/errors.h"
#include "tests/support/engine_harness.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

constexpr absl::Duration kTtl = absl::Seconds(60);

class LeaseTest : public testing::Test {
 protected:
  EngineHarness harness_;
  const std::string sweep_ = harness_.CreateSweep(SpecOf(Method::kRandom));
  const std::string first_ = harness_.RegisterAgent("first");
  const std::string second_ = harness_.RegisterAgent("second");
};

TEST_F(LeaseTest, AHeartbeatKeepsALeaseAlive) {
  const LeaseGrant grant = harness_.Lease(first_, sweep_);
  for (int i = 0; i < 10; ++i) {
    harness_.clock.Advance(kTtl * 0.9);
    harness_.ExpireLeases();
    EXPECT_EQ(harness_.Beat(first_, grant.ref), Directive::kContinue);
  }
  EXPECT_EQ(harness_.FindTrial(grant.ref.trial).state, TrialState::kRunning);
}

TEST_F(LeaseTest, AReportKeepsALeaseAlive) {
  const LeaseGrant grant = harness_.Lease(first_, sweep_);
  harness_.clock.Advance(kTtl * 0.9);
  ASSERT_OK(harness_.Report(grant.ref, 1, 1));
  harness_.clock.Advance(kTtl * 0.9);
  harness_.ExpireLeases();
  EXPECT_EQ(harness_.FindTrial(grant.ref.trial).state, TrialState::kRunning);
}

TEST_F(LeaseTest, AnExpiredLeaseMakesTheTrialLostAndTheNextAgentGetsIt) {
  const LeaseGrant grant = harness_.Lease(first_, sweep_);
  harness_.clock.Advance(kTtl);
  harness_.ExpireLeases();
  EXPECT_EQ(harness_.FindTrial(grant.ref.trial).state, TrialState::kLost);
  const LeaseGrant again = harness_.Lease(second_, sweep_);
  EXPECT_EQ(again.ref.trial, grant.ref.trial);
  EXPECT_EQ(again.ref.attempt, 2);
  EXPECT_NE(again.ref.token, grant.ref.token);
  EXPECT_EQ(again.assignment, grant.assignment);
}

TEST_F(LeaseTest, AZombieChangesNothingOnceItsTrialIsLeasedAgain) {
  const LeaseGrant zombie = harness_.Lease(first_, sweep_);
  ASSERT_OK(harness_.Report(zombie.ref, 1, 1));
  harness_.clock.Advance(kTtl);
  harness_.ExpireLeases();
  const LeaseGrant again = harness_.Lease(second_, sweep_);
  const int64_t revision = harness_.FindSweep(sweep_).revision;

  EXPECT_EQ(ReasonOf(harness_.Report(zombie.ref, 2, 0).status()), "LEASE_LOST");
  EXPECT_EQ(ReasonOf(harness_.Finish(zombie.ref, Outcome::kCompleted, 1).status()), "LEASE_LOST");
  EXPECT_EQ(harness_.Beat(first_, zombie.ref), Directive::kLeaseLost);
  EXPECT_EQ(harness_.FindSweep(sweep_).revision, revision);
  EXPECT_FALSE(harness_.FindTrial(again.ref.trial).objective.has_value());

  harness_.Complete(again.ref, 7);
  EXPECT_EQ(*harness_.FindTrial(again.ref.trial).objective, 7);
}

TEST_F(LeaseTest, ALostTrialIsRevivedByItsOldHolder) {
  const LeaseGrant grant = harness_.Lease(first_, sweep_);
  harness_.clock.Advance(kTtl);
  harness_.ExpireLeases();
  EXPECT_EQ(harness_.Beat(first_, grant.ref), Directive::kContinue);
  const Trial trial = harness_.FindTrial(grant.ref.trial);
  EXPECT_EQ(trial.state, TrialState::kRunning);
  EXPECT_EQ(trial.lost_attempts, 0) << "a revived attempt was not lost";
  harness_.clock.Advance(kTtl * 0.9);
  harness_.ExpireLeases();
  EXPECT_EQ(harness_.FindTrial(grant.ref.trial).state, TrialState::kRunning) << "its lease runs again";
  harness_.Complete(grant.ref, 1);
  EXPECT_EQ(harness_.FindTrial(grant.ref.trial).state, TrialState::kSucceeded);
}

TEST_F(LeaseTest, ATrialThatIsLostTooOftenFails) {
  TrialKey trial;
  for (int i = 0; i < 4; ++i) {
    trial = harness_.Lease(first_, sweep_).ref.trial;
    EXPECT_EQ(trial.number, 1);
    harness_.clock.Advance(kTtl);
    harness_.ExpireLeases();
  }
  EXPECT_EQ(harness_.FindTrial(trial).state, TrialState::kFailed);
  EXPECT_EQ(harness_.FindTrial(trial).reason, TrialReason::kLost);
  EXPECT_EQ(harness_.Lease(first_, sweep_).ref.trial.number, 2);
}

TEST_F(LeaseTest, NoLeaseExpiresWithinOneLeaseTimeOfARestart) {
  const LeaseGrant grant = harness_.Lease(first_, sweep_);
  harness_.clock.Advance(kTtl * 0.9);
  harness_.Restart();
  harness_.clock.Advance(kTtl * 0.9);
  harness_.ExpireLeases();
  EXPECT_EQ(harness_.FindTrial(grant.ref.trial).state, TrialState::kRunning);
  harness_.clock.Advance(kTtl * 0.2);
  harness_.ExpireLeases();
  EXPECT_EQ(harness_.FindTrial(grant.ref.trial).state, TrialState::kLost);
}

TEST_F(LeaseTest, AWrongTokenIsRefused) {
  LeaseGrant grant = harness_.Lease(first_, sweep_);
  grant.ref.token[0] = grant.ref.token[0] == 'a' ? 'b' : 'a';
  EXPECT_EQ(ReasonOf(harness_.Report(grant.ref, 1, 1).status()), "LEASE_LOST");
  EXPECT_EQ(harness_.Beat(first_, grant.ref), Directive::kLeaseLost);
}

TEST_F(LeaseTest, CancellingTheSweepTellsTheAgentAndRefusesItsResults) {
  const LeaseGrant grant = harness_.Lease(first_, sweep_);
  ASSERT_OK(harness_.Run([&](Engine& engine) { return engine.CancelSweep(sweep_); }));
  EXPECT_EQ(harness_.FindTrial(grant.ref.trial).state, TrialState::kCancelled);
  EXPECT_EQ(harness_.Beat(first_, grant.ref), Directive::kCancel);
  EXPECT_EQ(ReasonOf(harness_.Report(grant.ref, 1, 1).status()), "LEASE_LOST");
  EXPECT_EQ(ReasonOf(harness_.Finish(grant.ref).status()), "LEASE_LOST");
  EXPECT_TRUE(harness_.engine().leases().size() == 0);
}

TEST_F(LeaseTest, AnUnknownAgentMustRegister) {
  EXPECT_EQ(ReasonOf(harness_.Ask(TrialRequest{"nobody", "r", 0, {sweep_}}).status()), "AGENT_NOT_FOUND");
}

TEST_F(LeaseTest, ListAgentsShowsWhatRunsWhere) {
  const LeaseGrant grant = harness_.Lease(first_, sweep_);
  harness_.clock.Advance(kTtl * 2);
  EXPECT_EQ(harness_.Beat(first_, grant.ref), Directive::kContinue);
  const auto agents = harness_.Run([](Engine& engine) { return engine.ListAgents(10); });
  ASSERT_EQ(agents->size(), 2u);
  for (const AgentView& view : *agents) {
    const bool is_first = view.agent.id == first_;
    EXPECT_EQ(view.alive, is_first);
    EXPECT_EQ(view.trials.size(), is_first ? 1u : 0u);
  }
}

TEST_F(LeaseTest, CancellingALostTrialLeavesNoWordOfTheLoss) {
  const LeaseGrant grant = harness_.Lease(first_, sweep_);
  harness_.clock.Advance(kTtl);
  harness_.ExpireLeases();
  ASSERT_OK(harness_.Run([&](Engine& engine) { return engine.CancelSweep(sweep_); }));
  const Trial trial = harness_.FindTrial(grant.ref.trial);
  EXPECT_EQ(trial.reason, TrialReason::kSweepCancelled);
  EXPECT_EQ(trial.message, "");
  EXPECT_EQ(harness_.store().FindAttempt(grant.ref.trial, 1)->message, "");
}

}  // namespace
}  // namespace sweepd
