// What users do with single trials: add, retry, cancel.
#include "server/core/errors.h"
#include "tests/support/engine_harness.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TrialCommands : public testing::Test {
 protected:
  explicit TrialCommands(SweepSpec spec = SpecOf(Method::kRandom)) : sweep_(harness_.CreateSweep(std::move(spec))) {}

  absl::StatusOr<Trial> Add(Assignment assignment, const std::string& request_id = "") {
    const NewTrial request{request_id.empty() ? absl::StrCat("add-", ++requests_) : request_id, "fingerprint", sweep_,
                           std::move(assignment)};
    return harness_.Run([&](Engine& engine) { return engine.AddTrial(request); });
  }
  absl::StatusOr<Trial> Retry(int64_t number, const std::string& request_id = "") {
    const TrialRetry request{
        request_id.empty() ? absl::StrCat("retry-", ++requests_) : request_id, "fingerprint", {sweep_, number}};
    return harness_.Run([&](Engine& engine) { return engine.RetryTrial(request); });
  }
  absl::StatusOr<Trial> Cancel(int64_t number) {
    return harness_.Run([&](Engine& engine) { return engine.CancelTrial({sweep_, number}); });
  }
  absl::StatusOr<SweepView> Do(absl::StatusOr<SweepView> (Engine::*verb)(absl::string_view)) {
    return harness_.Run([&](Engine& engine) { return (engine.*verb)(sweep_); });
  }
  LeaseGrant Lease() { return harness_.Lease(agent_, sweep_); }
  Sweep Now() { return harness_.FindSweep(sweep_); }
  Trial TrialNow(int64_t number) { return harness_.FindTrial({sweep_, number}); }

  EngineHarness harness_;
  const std::string sweep_;
  const std::string agent_ = harness_.RegisterAgent("agent");
  int requests_ = 0;
};

SweepSpec Capped(Method method, int64_t run_cap) {
  SweepSpec spec = SpecOf(method);
  spec.run_cap = run_cap;
  return spec;
}

class CappedTrialCommands : public TrialCommands {
 protected:
  CappedTrialCommands() : TrialCommands(Capped(Method::kRandom, 2)) {}
};

const Assignment kPoint{{"a", Value(0.25)}, {"b", Value(0.5)}};

TEST_F(TrialCommands, AnAddedTrialRunsBeforeNewSuggestionsAndTakesNoneOfThem) {
  const Assignment first = Lease().assignment;
  ASSERT_OK_AND_ASSIGN(const Trial added, Add(kPoint));
  EXPECT_EQ(added.key.number, 2);
  EXPECT_EQ(added.state, TrialState::kPending);
  const LeaseGrant grant = Lease();
  EXPECT_EQ(grant.ref.trial.number, 2);
  EXPECT_EQ(grant.assignment, kPoint);
  EXPECT_EQ(Now().suggestions, 1) << "the method made one of the two";
  const std::string other = harness_.CreateSweep(SpecOf(Method::kRandom));
  EXPECT_EQ(harness_.Lease(agent_, other).assignment, first);
  EXPECT_EQ(harness_.Lease(agent_, other).assignment, Lease().assignment) << "the method's order is as without it";
}

TEST_F(TrialCommands, TheSameAdditionAgainGivesTheSameTrial) {
  ASSERT_OK_AND_ASSIGN(const Trial first, Add(kPoint, "once"));
  ASSERT_OK_AND_ASSIGN(const Trial again, Add(kPoint, "once"));
  EXPECT_EQ(again.key, first.key);
  EXPECT_EQ(Now().counts.total(), 1);
  const NewTrial other{"once", "other content", sweep_, kPoint};
  const auto refused = harness_.Run([&](Engine& engine) { return engine.AddTrial(other); });
  EXPECT_EQ(ReasonOf(refused.status()), "REQUEST_ID_REUSED");
}

TEST_F(TrialCommands, AnAssignmentOutsideTheSpaceIsRefusedWithTheParameter) {
  for (const auto& [assignment, word] : std::vector<std::pair<Assignment, std::string>>{
           {{{"a", Value(0.25)}}, "b"},
           {{{"a", Value(7)}, {"b", Value(0.5)}}, "a"},
           {{{"a", Value(0.25)}, {"b", Value(0.5)}, {"c", Value(1)}}, "c"}}) {
    const absl::Status status = Add(assignment).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(ReasonOf(status), "OUTSIDE_SPACE");
    EXPECT_THAT(std::string(status.message()), HasSubstr(absl::StrCat(": ", word, ":")));
  }
  EXPECT_EQ(Now().counts.total(), 0);
}

TEST_F(TrialCommands, ConstantsNeedNotBeNamed) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.space = SpaceOf({{"a", Uniform{0, 1}}, {"epochs", Constant{Value(30)}}});
  const std::string sweep = harness_.CreateSweep(spec);
  const NewTrial request{"constants", "fingerprint", sweep, {{"a", Value(0.5)}}};
  ASSERT_OK_AND_ASSIGN(const Trial trial, harness_.Run([&](Engine& engine) { return engine.AddTrial(request); }));
  EXPECT_EQ(trial.assignment, (Assignment{{"a", Value(0.5)}, {"epochs", Value(30)}}));
}

TEST_F(TrialCommands, AnAdditionToAFinishedSweepRunsAndFinishesItAgain) {
  ASSERT_OK(Do(&Engine::StopSweep));
  ASSERT_EQ(Now().state, SweepState::kFinished);
  ASSERT_OK(Add(kPoint));
  EXPECT_EQ(Now().state, SweepState::kStopping);
  EXPECT_EQ(Now().reason, SweepReason::kUser);
  EXPECT_FALSE(Now().ended.has_value());
  harness_.Complete(Lease().ref, 1);
  EXPECT_EQ(Now().state, SweepState::kFinished);
  EXPECT_THAT(harness_.Events(sweep_),
              ElementsAre(EventKind::kSweepCreated, EventKind::kSweepStopping, EventKind::kSweepFinished,
                          EventKind::kSweepReopened, EventKind::kTrialAdded, EventKind::kTrialStarted,
                          EventKind::kTrialImproved, EventKind::kTrialSucceeded, EventKind::kSweepFinished));
}

TEST_F(TrialCommands, ACancelledSweepTakesNoTrialAndRetriesNone) {
  Lease();
  ASSERT_OK(Do(&Engine::CancelSweep));
  EXPECT_EQ(ReasonOf(Add(kPoint).status()), "WRONG_STATE");
  EXPECT_EQ(ReasonOf(Retry(1).status()), "WRONG_STATE");
}

TEST_F(CappedTrialCommands, AnAddedTrialCountsAgainstTheCap) {
  Lease();
  ASSERT_OK(Add(kPoint));
  EXPECT_EQ(Now().state, SweepState::kStopping);
  EXPECT_EQ(Now().reason, SweepReason::kRunCapReached);
  EXPECT_EQ(ReasonOf(Add(kPoint).status()), "RUN_CAP_REACHED");
  EXPECT_EQ(Lease().ref.trial.number, 2);
}

TEST_F(CappedTrialCommands, APausedSweepStaysPausedWhenItsCapIsUsedUpAndStopsWhenItIsResumed) {
  ASSERT_OK(Do(&Engine::PauseSweep));
  ASSERT_OK(Add(kPoint));
  ASSERT_OK(Add(kPoint));
  EXPECT_EQ(Now().state, SweepState::kPaused);
  EXPECT_EQ(harness_.WaitReasonOf(agent_, sweep_), WaitReason::kPaused);
  ASSERT_OK(Do(&Engine::ResumeSweep));
  EXPECT_EQ(Now().state, SweepState::kStopping);
  harness_.Complete(Lease().ref, 1);
  harness_.Complete(Lease().ref, 1);
  EXPECT_EQ(Now().state, SweepState::kFinished);
  EXPECT_EQ(Now().counts.total(), 2);
}

TEST(AddTrialToGrid, RunsBesideTheGridsOwnPoints) {
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(SpecOf(Method::kGrid));
  const std::string agent = harness.RegisterAgent("agent");
  const NewTrial request{"add", "fingerprint", sweep, {{"a", Value(3)}, {"b", Value("z")}}};
  ASSERT_OK(harness.Run([&](Engine& engine) { return engine.AddTrial(request); }));
  for (int i = 0; i < 13; ++i) harness.Complete(harness.Lease(agent, sweep).ref, 1);
  EXPECT_EQ(harness.FindSweep(sweep).state, SweepState::kFinished);
  EXPECT_EQ(harness.FindSweep(sweep).reason, SweepReason::kSpaceExhausted);
}

TEST(AddTrialToBayes, TheModelKnowsOfIt) {
  EngineHarness harness;
  SweepSpec spec = SpecOf(Method::kBayes);
  spec.space = SpaceOf({{"a", Categorical{{"x", "y"}}}});
  const std::string sweep = harness.CreateSweep(spec);
  const std::string agent = harness.RegisterAgent("agent");
  const NewTrial request{"add", "fingerprint", sweep, {{"a", Value("x")}}};
  ASSERT_OK(harness.Run([&](Engine& engine) { return engine.AddTrial(request); }));
  harness.Complete(harness.Lease(agent, sweep).ref, 1);
  const LeaseGrant next = harness.Lease(agent, sweep);
  EXPECT_EQ(next.assignment->at("a"), Value("y")) << "the other point is the only one left";
  harness.Complete(next.ref, 1);
  EXPECT_TRUE(harness.IsDone(agent, sweep));
}

TEST_F(TrialCommands, ARetriedTrialRunsAgainWithFreshRetries) {
  const LeaseGrant grant = Lease();
  ASSERT_OK(harness_.Finish(grant.ref, Outcome::kFailed));
  ASSERT_EQ(TrialNow(1).state, TrialState::kFailed);
  ASSERT_OK(Retry(1));
  const Trial pending = TrialNow(1);
  EXPECT_EQ(pending.state, TrialState::kPending);
  EXPECT_EQ(pending.failed_attempts, 0);
  EXPECT_EQ(pending.reason, TrialReason::kNone);
  EXPECT_FALSE(pending.ended.has_value());
  const LeaseGrant again = Lease();
  EXPECT_EQ(again.ref.trial.number, 1);
  EXPECT_EQ(again.ref.attempt, 2) << "the fence goes on counting";
  EXPECT_EQ(ReasonOf(harness_.Report(grant.ref, 1, 1).status()), "LEASE_LOST");
  harness_.Complete(again.ref, 1);
  EXPECT_EQ(TrialNow(1).state, TrialState::kSucceeded);
  EXPECT_EQ(Now().counts, (TrialCounts{.succeeded = 1}));
}

TEST_F(TrialCommands, TheSameRetryAgainChangesNothing) {
  ASSERT_OK(harness_.Finish(Lease().ref, Outcome::kFailed));
  ASSERT_OK(Retry(1, "once"));
  ASSERT_OK(harness_.Finish(Lease().ref, Outcome::kFailed));
  ASSERT_OK_AND_ASSIGN(const Trial trial, Retry(1, "once"));
  EXPECT_EQ(trial.state, TrialState::kFailed);
}

TEST_F(TrialCommands, OnlyATrialThatIsOverWithoutSuccessIsRetried) {
  const LeaseGrant grant = Lease();
  EXPECT_EQ(ReasonOf(Retry(1).status()), "WRONG_STATE");
  harness_.Complete(grant.ref, 1);
  EXPECT_EQ(ReasonOf(Retry(1).status()), "WRONG_STATE");
  EXPECT_EQ(ReasonOf(Retry(2).status()), "TRIAL_NOT_FOUND");
}

TEST_F(TrialCommands, ARetriedTrialThatWasTheBestIsNotAnyMore) {
  const LeaseGrant grant = Lease();
  ASSERT_OK(harness_.Report(grant.ref, 1, 0.1));
  ASSERT_OK(harness_.Finish(grant.ref, Outcome::kStopped, 1));
  ASSERT_TRUE(harness_.store().FindBestTrial(sweep_)->has_value());
  ASSERT_OK(Retry(1));
  EXPECT_FALSE(harness_.store().FindBestTrial(sweep_)->has_value());
}

TEST_F(CappedTrialCommands, ARetryOpensAFinishedSweepForThatTrialAlone) {
  ASSERT_OK(harness_.Finish(Lease().ref, Outcome::kFailed));
  harness_.Complete(Lease().ref, 1);
  ASSERT_EQ(Now().state, SweepState::kFinished);
  ASSERT_OK(Retry(1));
  EXPECT_EQ(Now().state, SweepState::kStopping);
  harness_.Complete(Lease().ref, 1);
  EXPECT_EQ(Now().state, SweepState::kFinished);
  EXPECT_EQ(Now().counts, (TrialCounts{.succeeded = 2}));
}

TEST_F(TrialCommands, CancellingARunningTrialTellsItsAgentAndLeavesTheSweepActive) {
  const LeaseGrant grant = Lease();
  ASSERT_OK_AND_ASSIGN(const Trial cancelled, Cancel(1));
  EXPECT_EQ(cancelled.state, TrialState::kCancelled);
  EXPECT_EQ(cancelled.reason, TrialReason::kUser);
  EXPECT_EQ(harness_.Beat(agent_, grant.ref), Directive::kCancel);
  EXPECT_EQ(ReasonOf(harness_.Finish(grant.ref).status()), "LEASE_LOST");
  EXPECT_EQ(harness_.engine().leases().size(), 0u);
  EXPECT_EQ(Lease().ref.trial.number, 2);
  EXPECT_OK(Cancel(1)) << "again it changes nothing";
}

TEST_F(TrialCommands, APendingAndALostTrialAreCancelledAtOnce) {
  ASSERT_OK(Add(kPoint));
  ASSERT_OK(Cancel(1));
  EXPECT_EQ(TrialNow(1).state, TrialState::kCancelled);
  Lease();
  harness_.clock.Advance(absl::Seconds(60));
  harness_.ExpireLeases();
  ASSERT_EQ(TrialNow(2).state, TrialState::kLost);
  ASSERT_OK(Cancel(2));
  EXPECT_EQ(Now().counts, (TrialCounts{.cancelled = 2}));
}

TEST_F(TrialCommands, ATrialThatIsOverIsNotCancelled) {
  harness_.Complete(Lease().ref, 1);
  EXPECT_EQ(ReasonOf(Cancel(1).status()), "WRONG_STATE");
  EXPECT_EQ(ReasonOf(Cancel(2).status()), "TRIAL_NOT_FOUND");
}

TEST_F(TrialCommands, CancellingTheLastOpenTrialFinishesAStoppingSweep) {
  Lease();
  ASSERT_OK(Do(&Engine::StopSweep));
  ASSERT_OK(Cancel(1));
  EXPECT_EQ(Now().state, SweepState::kFinished);
}

TEST_F(TrialCommands, ATrialThatWasLostForGoodAndIsRetriedIsClosedToItsOldAgent) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.retries.lost = 0;
  const std::string sweep = harness_.CreateSweep(spec);
  const LeaseGrant old = harness_.Lease(agent_, sweep);
  harness_.clock.Advance(absl::Seconds(60));
  harness_.ExpireLeases();
  ASSERT_EQ(harness_.FindTrial({sweep, 1}).state, TrialState::kFailed);
  const TrialRetry retry{"retry", "fingerprint", {sweep, 1}};
  ASSERT_OK(harness_.Run([&](Engine& engine) { return engine.RetryTrial(retry); }));
  EXPECT_EQ(ReasonOf(harness_.Report(old.ref, 1, 1).status()), "LEASE_LOST");
  EXPECT_EQ(ReasonOf(harness_.Finish(old.ref, Outcome::kFailed).status()), "LEASE_LOST");
  EXPECT_EQ(harness_.Beat(agent_, old.ref), Directive::kLeaseLost);
  EXPECT_EQ(harness_.FindTrial({sweep, 1}).state, TrialState::kPending);
}

TEST_F(TrialCommands, ACancelledTrialThatIsRetriedIsClosedToItsOldAgent) {
  const LeaseGrant old = Lease();
  ASSERT_OK(Cancel(1));
  ASSERT_OK(Retry(1));
  EXPECT_EQ(harness_.Beat(agent_, old.ref), Directive::kCancel);
  EXPECT_EQ(ReasonOf(harness_.Report(old.ref, 1, 1).status()), "LEASE_LOST");
  EXPECT_EQ(Lease().ref.attempt, 2);
  EXPECT_EQ(harness_.Beat(agent_, old.ref), Directive::kCancel);
}

}  // namespace
}  // namespace sweepd
