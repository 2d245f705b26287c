// A trial's way from suggestion to result.
#include <cmath>
#include <limits>
#include <set>

#include "server/core/errors.h"
#include "tests/support/engine_harness.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

using testing::HasSubstr;

TEST(TrialLifecycle, AGridGivesEachPointOnceAndFinishes) {
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(SpecOf(Method::kGrid));
  const std::string agent = harness.RegisterAgent("agent");
  std::set<std::string> points;
  for (int i = 0; i < 12; ++i) {
    const LeaseGrant grant = harness.Lease(agent, sweep);
    points.insert(ToJson(Value(grant.assignment)));
    harness.Complete(grant.ref, i);
  }
  EXPECT_EQ(points.size(), 12u);
  EXPECT_TRUE(harness.IsDone(agent, sweep));
  const Sweep stored = harness.FindSweep(sweep);
  EXPECT_EQ(stored.state, SweepState::kFinished);
  EXPECT_EQ(stored.reason, SweepReason::kSpaceExhausted);
  EXPECT_EQ(stored.counts, (TrialCounts{.succeeded = 12}));
}

TEST(TrialLifecycle, ASweepWhoseLastTrialsRunTellsOthersToWait) {
  EngineHarness harness;
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.run_cap = 1;
  const std::string sweep = harness.CreateSweep(spec);
  const std::string first = harness.RegisterAgent("first");
  const std::string second = harness.RegisterAgent("second");
  const LeaseGrant grant = harness.Lease(first, sweep);
  EXPECT_EQ(harness.WaitReasonOf(second, sweep), WaitReason::kFinishing);
  harness.Complete(grant.ref, 1);
  EXPECT_TRUE(harness.IsDone(second, sweep));
  EXPECT_EQ(harness.FindSweep(sweep).reason, SweepReason::kRunCapReached);
}

TEST(TrialLifecycle, TheSameRequestGetsTheSameLeaseAlsoAfterARestart) {
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(SpecOf(Method::kRandom));
  const std::string agent = harness.RegisterAgent("agent");
  const TrialRequest request{agent, "request", 0, {sweep}};
  const LeaseGrant first = std::get<LeaseGrant>(*harness.Ask(request));
  harness.Restart();
  const LeaseGrant second = std::get<LeaseGrant>(*harness.Ask(request));
  EXPECT_EQ(first.ref.trial, second.ref.trial);
  EXPECT_EQ(first.ref.token, second.ref.token);
  EXPECT_EQ(harness.Trials(sweep).size(), 1u);
}

TEST(TrialLifecycle, AFinishedRequestIsNotServedAgain) {
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(SpecOf(Method::kRandom));
  const TrialRequest request{harness.RegisterAgent("agent"), "request", 0, {sweep}};
  harness.Complete(std::get<LeaseGrant>(*harness.Ask(request)).ref, 1);
  EXPECT_EQ(ReasonOf(harness.Ask(request).status()), "LEASE_LOST");
}

TEST(TrialLifecycle, ReportsAreStoredExactlyOnce) {
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(SpecOf(Method::kRandom));
  const LeaseGrant grant = harness.Lease(harness.RegisterAgent("agent"), sweep);
  EXPECT_EQ(harness.Report(grant.ref, 1, 5)->acked_sequence, 1);
  EXPECT_EQ(harness.Report(grant.ref, 1, 4)->acked_sequence, 1) << "the repeated report is dropped";
  EXPECT_EQ(ReasonOf(harness.Report(grant.ref, 3, 3).status()), "SEQUENCE_GAP");
  EXPECT_EQ(harness.Report(grant.ref, 2, 3)->acked_sequence, 2);
  const auto points = harness.store().ListMetrics(grant.ref.trial, {{}, 0, std::nullopt, 10});
  ASSERT_EQ(points->size(), 2u);
  EXPECT_EQ(points->at(0).value, 5);
  EXPECT_EQ(points->at(1).value, 3);
}

TEST(TrialLifecycle, FinishNeedsEveryReportFirst) {
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(SpecOf(Method::kRandom));
  const LeaseGrant grant = harness.Lease(harness.RegisterAgent("agent"), sweep);
  const auto answer = harness.Finish(grant.ref, Outcome::kCompleted, 2);
  EXPECT_EQ(ReasonOf(answer.status()), "SEQUENCE_GAP");
  EXPECT_EQ(harness.FindTrial(grant.ref.trial).state, TrialState::kRunning);
}

TEST(TrialLifecycle, FinishAgainGivesTheStoredAnswer) {
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(SpecOf(Method::kRandom));
  const LeaseGrant grant = harness.Lease(harness.RegisterAgent("agent"), sweep);
  harness.Complete(grant.ref, 1);
  const int64_t revision = harness.FindSweep(sweep).revision;
  EXPECT_EQ(harness.Finish(grant.ref, Outcome::kFailed)->state, TrialState::kSucceeded);
  EXPECT_EQ(harness.FindSweep(sweep).revision, revision) << "nothing happened";
}

TEST(TrialLifecycle, FinishAgainSaysPendingAlsoWhenTheNextAttemptRuns) {
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(SpecOf(Method::kRandom));
  const std::string agent = harness.RegisterAgent("agent");
  const LeaseGrant first = harness.Lease(agent, sweep);
  ASSERT_OK(harness.Finish(first.ref, Outcome::kPreempted));
  harness.Lease(agent, sweep);
  const auto again = harness.Finish(first.ref, Outcome::kPreempted);
  EXPECT_EQ(again->state, TrialState::kPending);
  EXPECT_EQ(again->reason, TrialReason::kPreempted);
}

TEST(TrialLifecycle, FinishAgainSaysPendingAlsoWhenTheTrialWasCancelledSince) {
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(SpecOf(Method::kRandom));
  const LeaseGrant grant = harness.Lease(harness.RegisterAgent("agent"), sweep);
  ASSERT_OK(harness.Finish(grant.ref, Outcome::kPreempted));
  ASSERT_OK(harness.Run([&](Engine& engine) { return engine.CancelSweep(sweep); }));
  const auto again = harness.Finish(grant.ref, Outcome::kPreempted);
  EXPECT_EQ(again->state, TrialState::kPending);
  EXPECT_EQ(again->reason, TrialReason::kPreempted);
}

TEST(TrialLifecycle, AMissingObjectiveNamesWhatWasSeen) {
  EngineHarness harness;
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.objective->metric = "los";
  const std::string sweep = harness.CreateSweep(spec);
  const LeaseGrant grant = harness.Lease(harness.RegisterAgent("agent"), sweep);
  harness.Complete(grant.ref, 1);
  const Trial trial = harness.FindTrial(grant.ref.trial);
  EXPECT_EQ(trial.state, TrialState::kFailed);
  EXPECT_EQ(trial.reason, TrialReason::kNoMetric);
  EXPECT_THAT(trial.message, HasSubstr("did you mean \"loss\"?"));
}

TEST(TrialLifecycle, AnObjectiveThatIsNotFiniteFailsTheTrialAndIsNeverBest) {
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(SpecOf(Method::kRandom));
  const std::string agent = harness.RegisterAgent("agent");
  const LeaseGrant bad = harness.Lease(agent, sweep);
  harness.Complete(bad.ref, -std::numeric_limits<double>::infinity());
  const LeaseGrant good = harness.Lease(agent, sweep);
  harness.Complete(good.ref, 3);
  EXPECT_EQ(harness.FindTrial(bad.ref.trial).reason, TrialReason::kBadMetric);
  EXPECT_EQ(FindBest(harness.store(), sweep)->key.number, good.ref.trial.number);
}

TEST(TrialLifecycle, AFailedAttemptIsRepeatedAsOftenAsAllowed) {
  EngineHarness harness;
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.retries.failed = 1;
  spec.run_cap = 1;
  const std::string sweep = harness.CreateSweep(spec);
  const std::string agent = harness.RegisterAgent("agent");
  const LeaseGrant first = harness.Lease(agent, sweep);
  EXPECT_EQ(harness.Finish(first.ref, Outcome::kFailed)->state, TrialState::kPending);
  const LeaseGrant second = harness.Lease(agent, sweep);
  EXPECT_EQ(second.ref.trial, first.ref.trial);
  EXPECT_EQ(second.ref.attempt, 2);
  EXPECT_EQ(second.assignment, first.assignment);
  EXPECT_EQ(harness.Finish(second.ref, Outcome::kFailed)->state, TrialState::kFailed);
  EXPECT_EQ(harness.FindSweep(sweep).state, SweepState::kFinished);
}

TEST(TrialLifecycle, APreemptedTrialGoesBackToTheQueueAndComesFirst) {
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(SpecOf(Method::kRandom));
  const std::string agent = harness.RegisterAgent("agent");
  const LeaseGrant first = harness.Lease(agent, sweep);
  EXPECT_EQ(harness.Finish(first.ref, Outcome::kPreempted)->state, TrialState::kPending);
  EXPECT_EQ(harness.Lease(agent, sweep).ref.trial, first.ref.trial);
}

TEST(TrialLifecycle, BayesHasOneTrialInFlightAndSaysWhy) {
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(SpecOf(Method::kBayes));
  const std::string first = harness.RegisterAgent("first");
  const std::string second = harness.RegisterAgent("second");
  for (int i = 0; i < 10; ++i) {
    const LeaseGrant grant = harness.Lease(first, sweep);
    EXPECT_EQ(harness.WaitReasonOf(second, sweep), WaitReason::kBayesSerial);
    harness.Complete(grant.ref, i);
  }
}

TEST(TrialLifecycle, BayesRunsAsManyTrialsAsMaxParallelAllows) {
  EngineHarness harness;
  SweepSpec spec = SpecOf(Method::kBayes);
  spec.max_parallel = 3;
  const std::string sweep = harness.CreateSweep(spec);
  const std::string agent = harness.RegisterAgent("agent");
  std::vector<LeaseGrant> grants;
  for (int i = 0; i < 3; ++i) grants.push_back(harness.Lease(agent, sweep));
  EXPECT_EQ(harness.WaitReasonOf(agent, sweep), WaitReason::kBayesSerial);
  harness.Complete(grants[1].ref, 1);
  EXPECT_EQ(harness.Lease(agent, sweep).ref.trial.number, 4);
}

TEST(TrialLifecycle, OneSuggestionIsComputedHoweverManyAsk) {
  EngineHarness harness;
  SweepSpec spec = SpecOf(Method::kBayes);
  spec.max_parallel = 2;
  const std::string sweep = harness.CreateSweep(spec);
  const std::string agent = harness.RegisterAgent("agent");
  for (const char* request : {"1", "2", "3"}) ASSERT_OK(harness.Ask(TrialRequest{agent, request, 0, {sweep}}));
  EXPECT_EQ(harness.jobs().size(), 1u);
}

TEST(TrialLifecycle, ASuggestionForASweepThatWasPausedMeanwhileIsDropped) {
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(SpecOf(Method::kBayes));
  ASSERT_OK(harness.Ask(TrialRequest{harness.RegisterAgent("agent"), "request", 0, {sweep}}));
  ASSERT_OK(harness.Run([&](Engine& engine) { return engine.PauseSweep(sweep); }));
  EXPECT_TRUE(harness.RunSuggestionJob());
  EXPECT_EQ(harness.FindSweep(sweep).counts.total(), 0);
}

TEST(TrialLifecycle, AFailingStrategyFallsBackToRandomAndThenPauses) {
  EngineHarness harness;
  SweepSpec spec = SpecOf(Method::kBayes);
  spec.max_parallel = 3;
  const std::string sweep = harness.CreateSweep(spec);
  const std::string agent = harness.RegisterAgent("agent");
  for (const char* request : {"1", "2", "3"}) {
    ASSERT_OK(harness.Ask(TrialRequest{agent, request, 0, {sweep}}));
    harness.Deliver({harness.jobs().front(), absl::InternalError("no pivot")});
    harness.jobs().clear();
    ASSERT_OK(harness.Ask(TrialRequest{agent, request, 0, {sweep}}));
  }
  EXPECT_EQ(harness.FindSweep(sweep).counts.running, 2) << "two random points before the third failure";
  EXPECT_EQ(harness.FindSweep(sweep).state, SweepState::kPaused);
  EXPECT_EQ(harness.FindSweep(sweep).reason, SweepReason::kStrategyFailed);
}

TEST(TrialLifecycle, ReachingTheTargetEndsTheSweep) {
  EngineHarness harness;
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.objective->target = 0.5;
  const std::string sweep = harness.CreateSweep(spec);
  const std::string agent = harness.RegisterAgent("agent");
  const LeaseGrant running = harness.Lease(agent, sweep);
  const LeaseGrant good = harness.Lease(agent, sweep);
  harness.Complete(good.ref, 0.5);
  EXPECT_EQ(harness.FindSweep(sweep).state, SweepState::kStopping);
  EXPECT_EQ(harness.WaitReasonOf(agent, sweep), WaitReason::kFinishing);
  harness.Complete(running.ref, 2);
  EXPECT_EQ(harness.FindSweep(sweep).state, SweepState::kFinished);
  EXPECT_EQ(harness.FindSweep(sweep).reason, SweepReason::kTargetReached);
}

TEST(TrialLifecycle, TheSameSeedGivesTheSameTrialsWithOneAgentWithEightAndAfterARestart) {
  const auto assignments = [](int agents, bool restart) {
    EngineHarness harness;
    const std::string sweep = harness.CreateSweep(SpecOf(Method::kRandom));
    std::vector<std::string> names;
    for (int i = 0; i < agents; ++i) names.push_back(harness.RegisterAgent(absl::StrCat("agent", i)));
    std::vector<LeaseGrant> grants;
    for (int i = 0; i < 24; ++i) {
      if (restart && i % 5 == 0) harness.Restart();
      harness.Lease(names[static_cast<size_t>(i % agents)], sweep);
    }
    std::vector<std::string> texts;
    for (const Trial& trial : harness.Trials(sweep)) texts.push_back(ToJson(Value(trial.assignment)));
    return texts;
  };
  const auto reference = assignments(1, false);
  EXPECT_EQ(reference.size(), 24u);
  EXPECT_EQ(assignments(8, false), reference);
  EXPECT_EQ(assignments(8, true), reference);
}

}  // namespace
}  // namespace sweepd
