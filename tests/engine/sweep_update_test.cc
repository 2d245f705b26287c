// How users change the limits of a sweep while it runs.
#include "server/core/errors.h"
#include "tests/support/engine_harness.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

class UpdateSweep : public testing::Test {
 protected:
  UpdateSweep() {
    SweepSpec spec = SpecOf(Method::kRandom);
    spec.run_cap = 2;
    spec.max_parallel = 1;
    sweep_ = harness_.CreateSweep(spec);
  }

  absl::StatusOr<SweepView> Update(SweepUpdate update) {
    update.sweep_id = sweep_;
    return harness_.Run([&](Engine& engine) { return engine.UpdateSweep(update); });
  }
  absl::StatusOr<SweepView> Do(absl::StatusOr<SweepView> (Engine::*verb)(absl::string_view)) {
    return harness_.Run([&](Engine& engine) { return (engine.*verb)(sweep_); });
  }
  void RunOne() { harness_.Complete(harness_.Lease(agent_, sweep_).ref, 1); }
  Sweep Now() { return harness_.FindSweep(sweep_); }

  EngineHarness harness_;
  std::string sweep_;
  const std::string agent_ = harness_.RegisterAgent("agent");
};

TEST_F(UpdateSweep, TellsWhatItChanged) {
  ASSERT_OK_AND_ASSIGN(const SweepView view,
                       Update({.run_cap = 5, .max_parallel = 0, .retries_lost = 3, .retries_failed = 2}));
  EXPECT_EQ(view.sweep.spec->run_cap, 5);
  EXPECT_EQ(view.sweep.spec->max_parallel, std::nullopt);
  EXPECT_EQ(view.sweep.spec->retries, (Retries{3, 2}));
  EXPECT_EQ(*Now().spec, *view.sweep.spec);
  const std::vector<Event> events = *harness_.store().ListEvents(sweep_, 1, 10);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, EventKind::kSweepUpdated);
  EXPECT_EQ(events[0].detail, "run_cap 2 -> 5, max_parallel 1 -> none, retries.failed 0 -> 2");
}

TEST_F(UpdateSweep, WhatStaysAsItIsMakesNoEvent) {
  ASSERT_OK(Update({.run_cap = 2, .retries_failed = 0}));
  ASSERT_OK(Update({}));
  EXPECT_EQ(Now().revision, 1);
}

TEST_F(UpdateSweep, ARaisedCapLetsAFinishedSweepGoOnAfterResume) {
  RunOne();
  RunOne();
  ASSERT_EQ(Now().state, SweepState::kFinished);
  EXPECT_EQ(ReasonOf(Do(&Engine::ResumeSweep).status()), "NOTHING_LEFT");
  ASSERT_OK(Update({.run_cap = 3}));
  EXPECT_EQ(Now().state, SweepState::kFinished) << "only resume makes it go on";
  ASSERT_OK(Do(&Engine::ResumeSweep));
  RunOne();
  EXPECT_EQ(Now().state, SweepState::kFinished);
  EXPECT_EQ(Now().counts.total(), 3);
}

TEST_F(UpdateSweep, ACapBelowTheNumberOfTrialsEndsTheSweep) {
  RunOne();
  ASSERT_OK(Update({.run_cap = 3}));
  const LeaseGrant running = harness_.Lease(agent_, sweep_);
  ASSERT_OK(Update({.run_cap = 1}));
  EXPECT_EQ(Now().state, SweepState::kStopping);
  EXPECT_EQ(Now().reason, SweepReason::kRunCapReached);
  harness_.Complete(running.ref, 1);
  EXPECT_EQ(Now().state, SweepState::kFinished);
}

TEST_F(UpdateSweep, ACapBelowTheNumberOfTrialsLeavesAPausedSweepPausedUntilItIsResumed) {
  RunOne();
  ASSERT_OK(Do(&Engine::PauseSweep));
  ASSERT_OK(Update({.run_cap = 1}));
  EXPECT_EQ(Now().state, SweepState::kPaused);
  ASSERT_OK(Do(&Engine::ResumeSweep));
  EXPECT_EQ(Now().state, SweepState::kFinished);
}

TEST_F(UpdateSweep, MoreParallelismTakesEffectAtOnce) {
  harness_.Lease(agent_, sweep_);
  EXPECT_EQ(harness_.WaitReasonOf(agent_, sweep_), WaitReason::kMaxParallel);
  harness_.engine().TakeChangedSweeps();
  ASSERT_OK(Update({.max_parallel = 2}));
  EXPECT_TRUE(harness_.engine().TakeChangedSweeps().contains(sweep_)) << "held requests are asked again";
  EXPECT_EQ(harness_.Lease(agent_, sweep_).ref.trial.number, 2);
}

TEST_F(UpdateSweep, LessParallelismLetsRunningTrialsGoOn) {
  ASSERT_OK(Update({.max_parallel = 2}));
  const LeaseGrant first = harness_.Lease(agent_, sweep_);
  const LeaseGrant second = harness_.Lease(agent_, sweep_);
  ASSERT_OK(Update({.run_cap = 9, .max_parallel = 1}));
  harness_.Complete(first.ref, 1);
  EXPECT_EQ(harness_.WaitReasonOf(agent_, sweep_), WaitReason::kMaxParallel);
  harness_.Complete(second.ref, 1);
}

TEST_F(UpdateSweep, RetriesCountForTheNextVerdict) {
  const LeaseGrant grant = harness_.Lease(agent_, sweep_);
  ASSERT_OK(Update({.retries_failed = 1}));
  ASSERT_OK(harness_.Finish(grant.ref, Outcome::kFailed));
  EXPECT_EQ(harness_.FindTrial(grant.ref.trial).state, TrialState::kPending);
}

TEST_F(UpdateSweep, TellsOfTheOldRuleAndTheNewOne) {
  ASSERT_OK(Update({.early_terminate = RuleChange{MedianStop{2, 3}}}));
  EXPECT_EQ(Now().spec->early_terminate, EarlyTerminate(MedianStop{2, 3}));
  ASSERT_OK(Update({.early_terminate = RuleChange{MedianStop{2, 3}}}));
  ASSERT_OK(Update({.early_terminate = RuleChange{}}));
  EXPECT_EQ(Now().spec->early_terminate, std::nullopt);
  const std::vector<Event> events = *harness_.store().ListEvents(sweep_, 1, 10);
  ASSERT_EQ(events.size(), 2u);
  const std::string rule = R"({"min_iter":2,"min_trials":3,"type":"median"})";
  EXPECT_EQ(events[0].detail, "early_terminate none -> " + rule);
  EXPECT_EQ(events[1].detail, "early_terminate " + rule + " -> none");
}

TEST_F(UpdateSweep, WithoutAMetricThereIsNothingToJudgeBy) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.objective.reset();
  sweep_ = harness_.CreateSweep(spec);
  EXPECT_EQ(ReasonOf(Update({.early_terminate = RuleChange{MedianStop{}}}).status()), "NO_OBJECTIVE");
  ASSERT_OK(Update({.early_terminate = RuleChange{}}));
}

TEST_F(UpdateSweep, ACancelledSweepStaysAsItIs) {
  ASSERT_OK(Do(&Engine::CancelSweep));
  EXPECT_EQ(ReasonOf(Update({.run_cap = 3}).status()), "WRONG_STATE");
}

TEST(UpdateBayesSweep, NoMaxParallelMeansOneAgain) {
  EngineHarness harness;
  SweepSpec spec = SpecOf(Method::kBayes);
  spec.max_parallel = 4;
  const std::string sweep = harness.CreateSweep(spec);
  const SweepUpdate update{.sweep_id = sweep, .max_parallel = 0};
  ASSERT_OK_AND_ASSIGN(const SweepView view, harness.Run([&](Engine& engine) { return engine.UpdateSweep(update); }));
  EXPECT_EQ(view.sweep.spec->max_parallel, 1);
}

}  // namespace
}  // namespace sweepd
