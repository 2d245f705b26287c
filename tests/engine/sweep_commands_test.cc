// What users do with sweeps.
#include "server/core/errors.h"
#include "tests/support/engine_harness.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

class SweepCommands : public testing::Test {
 protected:
  absl::StatusOr<SweepView> Do(absl::StatusOr<SweepView> (Engine::*verb)(absl::string_view)) {
    return harness_.Run([&](Engine& engine) { return (engine.*verb)(sweep_); });
  }
  SweepState State() { return harness_.FindSweep(sweep_).state; }

  EngineHarness harness_;
  const std::string sweep_ = harness_.CreateSweep(SpecOf(Method::kRandom));
  const std::string agent_ = harness_.RegisterAgent("agent");
};

TEST_F(SweepCommands, CreateAgainWithTheSameRequestGivesTheSameSweep) {
  NewSweep request{"id", "content", SpecOf(Method::kGrid), false, "text"};
  const auto create = [&] { return harness_.Run([&](Engine& engine) { return engine.CreateSweep(request); }); };
  const std::string first = create()->sweep.id;
  EXPECT_EQ(create()->sweep.id, first);
  request.fingerprint = "other content";
  EXPECT_EQ(ReasonOf(create().status()), "REQUEST_ID_REUSED");
}

TEST_F(SweepCommands, ASeedIsDrawnAndStoredWhenNoneIsGiven) {
  const NewSweep request{"id", "content", SpecOf(Method::kGrid), false, ""};
  const auto view = harness_.Run([&](Engine& engine) { return engine.CreateSweep(request); });
  EXPECT_NE(view->sweep.spec->seed, 7u);
  EXPECT_EQ(harness_.FindSweep(view->sweep.id).spec->seed, view->sweep.spec->seed);
}

TEST_F(SweepCommands, APausedSweepStartsNothingAndItsRunningTrialsGoOn) {
  const LeaseGrant grant = harness_.Lease(agent_, sweep_);
  ASSERT_OK(Do(&Engine::PauseSweep));
  EXPECT_EQ(harness_.WaitReasonOf(agent_, sweep_), WaitReason::kPaused);
  harness_.Complete(grant.ref, 1);
  EXPECT_EQ(State(), SweepState::kPaused);
  ASSERT_OK(Do(&Engine::ResumeSweep));
  EXPECT_EQ(harness_.Lease(agent_, sweep_).ref.trial.number, 2);
}

TEST_F(SweepCommands, AStoppedSweepFinishesWithItsLastTrial) {
  const LeaseGrant grant = harness_.Lease(agent_, sweep_);
  ASSERT_OK(Do(&Engine::StopSweep));
  EXPECT_EQ(State(), SweepState::kStopping);
  harness_.Complete(grant.ref, 1);
  EXPECT_EQ(State(), SweepState::kFinished);
  EXPECT_TRUE(harness_.IsDone(agent_, sweep_));
}

TEST_F(SweepCommands, AStoppedSweepStillRepeatsATrialThatHadBegun) {
  const LeaseGrant grant = harness_.Lease(agent_, sweep_);
  ASSERT_OK(Do(&Engine::StopSweep));
  ASSERT_OK(harness_.Finish(grant.ref, Outcome::kPreempted));
  const LeaseGrant again = harness_.Lease(agent_, sweep_);
  EXPECT_EQ(again.ref.trial, grant.ref.trial);
  harness_.Complete(again.ref, 1);
  EXPECT_EQ(State(), SweepState::kFinished);
}

TEST_F(SweepCommands, StoppingAnIdleSweepFinishesItAtOnceAndResumeTakesItUpAgain) {
  ASSERT_OK(Do(&Engine::StopSweep));
  EXPECT_EQ(State(), SweepState::kFinished);
  EXPECT_OK(Do(&Engine::StopSweep)) << "stopping what is over changes nothing";
  ASSERT_OK(Do(&Engine::ResumeSweep));
  EXPECT_EQ(State(), SweepState::kActive);
  EXPECT_EQ(harness_.Lease(agent_, sweep_).ref.trial.number, 1);
}

TEST_F(SweepCommands, ASweepWithNothingLeftIsNotResumed) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.run_cap = 1;
  const std::string capped = harness_.CreateSweep(spec);
  harness_.Complete(harness_.Lease(agent_, capped).ref, 1);
  const auto resumed = harness_.Run([&](Engine& engine) { return engine.ResumeSweep(capped); });
  EXPECT_EQ(ReasonOf(resumed.status()), "NOTHING_LEFT");
}

TEST_F(SweepCommands, ACancelledSweepIsFinal) {
  ASSERT_OK(Do(&Engine::CancelSweep));
  EXPECT_EQ(State(), SweepState::kCancelled);
  EXPECT_OK(Do(&Engine::CancelSweep));
  EXPECT_EQ(ReasonOf(Do(&Engine::ResumeSweep).status()), "WRONG_STATE");
  EXPECT_EQ(ReasonOf(Do(&Engine::PauseSweep).status()), "WRONG_STATE");
  EXPECT_EQ(ReasonOf(Do(&Engine::StopSweep).status()), "WRONG_STATE");
}

TEST_F(SweepCommands, OnlyASweepThatIsOverIsDeleted) {
  const auto remove = [&] { return harness_.Run([&](Engine& engine) { return engine.DeleteSweep(sweep_); }); };
  EXPECT_EQ(ReasonOf(remove()), "SWEEP_OPEN");
  ASSERT_OK(Do(&Engine::CancelSweep));
  ASSERT_OK(remove());
  EXPECT_EQ(ReasonOf(harness_.store().FindSweep(sweep_).status()), "SWEEP_NOT_FOUND");
}

TEST_F(SweepCommands, EventsCountWithoutAHoleAndTellTheStory) {
  harness_.Complete(harness_.Lease(agent_, sweep_).ref, 1);
  ASSERT_OK(Do(&Engine::StopSweep));
  EXPECT_THAT(harness_.Events(sweep_),
              testing::ElementsAre(EventKind::kSweepCreated, EventKind::kTrialCreated, EventKind::kTrialStarted,
                                   EventKind::kTrialImproved, EventKind::kTrialSucceeded, EventKind::kSweepStopping,
                                   EventKind::kSweepFinished));
  int64_t expected = 0;
  const std::vector<Event> events = *harness_.store().ListEvents(sweep_, 0, 100);
  for (const Event& event : events) EXPECT_EQ(event.revision, ++expected);
}

TEST_F(SweepCommands, AnAgentWithoutNamedSweepsServesTheOldestOpenOneAndEndsWithTheLast) {
  const std::string younger = harness_.CreateSweep(SpecOf(Method::kRandom));
  const auto ask = [&](const char* id) { return *harness_.Ask(TrialRequest{agent_, id, 0, {}}); };
  EXPECT_EQ(std::get<LeaseGrant>(ask("1")).ref.trial.sweep_id, sweep_);
  ASSERT_OK(Do(&Engine::PauseSweep));
  EXPECT_EQ(std::get<LeaseGrant>(ask("2")).ref.trial.sweep_id, younger);
  ASSERT_OK(Do(&Engine::CancelSweep));
  ASSERT_OK(harness_.Run([&](Engine& engine) { return engine.CancelSweep(younger); }));
  EXPECT_EQ(std::get<DoneAnswer>(ask("3")).reason, DoneReason::kNoSweep);
}

TEST_F(SweepCommands, WatchersAreWokenAfterTheCommit) {
  int woken = 0;
  const int64_t subscription = harness_.watch_hub.Subscribe(sweep_, [&] { ++woken; });
  ASSERT_OK(Do(&Engine::PauseSweep));
  EXPECT_EQ(woken, 1);
  EXPECT_FALSE(Do(&Engine::StopSweep)->sweep.id.empty());
  EXPECT_EQ(woken, 2);
  harness_.watch_hub.Unsubscribe(sweep_, subscription);
  ASSERT_OK(Do(&Engine::ResumeSweep));
  EXPECT_EQ(woken, 2);
}

TEST(Housekeeping, KeepsTheAnswersToRequestsForAWeek) {
  EngineHarness harness;
  const NewSweep request{"create", "fingerprint", SpecOf(Method::kRandom), true, ""};
  const auto create = [&] { return harness.Run([&](Engine& engine) { return engine.CreateSweep(request); }); };
  const auto housekeep = [&] { return *harness.Run([](Engine& engine) { return engine.Housekeep(); }); };
  const std::string sweep = create()->sweep.id;
  harness.clock.Advance(absl::Hours(6 * 24));
  EXPECT_FALSE(housekeep());
  EXPECT_EQ(create()->sweep.id, sweep);
  harness.clock.Advance(absl::Hours(2 * 24));
  EXPECT_TRUE(housekeep());
  EXPECT_FALSE(housekeep());
  EXPECT_NE(create()->sweep.id, sweep);
}

}  // namespace
}  // namespace sweepd
