// Suggestions that look at history: computed ahead or on demand, they are the same.
#include <set>

#include "tests/engine/sweep_walk.h"
#include "tests/support/replayed_history.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

SweepSpec BayesSpec(int64_t max_parallel = 1) {
  SweepSpec spec = SpecOf(Method::kBayes);
  spec.max_parallel = max_parallel;
  return spec;
}

EngineOptions Speculating(bool speculate) {
  EngineOptions options;
  options.speculate = speculate;
  return options;
}

class SuggestionsTest : public testing::Test {
 protected:
  void Create(const SweepSpec& spec) { sweep_ = harness_.CreateSweep(spec); }
  LeaseGrant Lease() { return harness_.Lease(agent_, sweep_); }
  // Asks once, and computes nothing.
  TrialAnswer AskOnce() { return *harness_.Ask(TrialRequest{agent_, absl::StrCat("once-", ++requests_), 0, {sweep_}}); }
  bool IsSuggesting(const TrialAnswer& answer) {
    const auto* wait = std::get_if<WaitAnswer>(&answer);
    return wait != nullptr && wait->reason == WaitReason::kSuggesting;
  }
  int64_t Count() { return harness_.FindSweep(sweep_).counts.total(); }
  SuggestionCounters Counters() { return harness_.engine().suggestion_counters(); }

  EngineHarness harness_;
  const std::string agent_ = harness_.RegisterAgent("agent");
  std::string sweep_;
  int requests_ = 0;
};

TEST_F(SuggestionsTest, TheNextOneIsComputedAsSoonAsATrialEnds) {
  Create(BayesSpec());
  const LeaseGrant first = Lease();
  EXPECT_TRUE(harness_.jobs().empty()) << "max_parallel leaves no room";
  harness_.Complete(first.ref, 1);
  ASSERT_EQ(harness_.jobs().size(), 1u);
  EXPECT_FALSE(harness_.jobs().front()->awaited) << "nobody has asked yet";
  harness_.RunSuggestionJob();
  EXPECT_EQ(Count(), 1) << "no trial before an agent asks for it";
  EXPECT_TRUE(std::holds_alternative<LeaseGrant>(AskOnce()));
  EXPECT_EQ(Counters().on_demand, 1);
  EXPECT_EQ(Counters().ready, 1);
  EXPECT_EQ(Counters().discarded, 0);
}

TEST_F(SuggestionsTest, TheNextOneIsComputedWithTheTrialThatWasJustHandedOut) {
  Create(BayesSpec(3));
  EXPECT_TRUE(IsSuggesting(AskOnce()));
  harness_.RunSuggestionJob();
  EXPECT_TRUE(std::holds_alternative<LeaseGrant>(AskOnce()));
  EXPECT_EQ(harness_.jobs().size(), 1u);
  harness_.RunSuggestionJob();
  EXPECT_TRUE(std::holds_alternative<LeaseGrant>(AskOnce()));
  EXPECT_EQ(Counters().ready, 1);
}

TEST_F(SuggestionsTest, OneThatIsReadyIsDroppedWhenTheHistoryChanges) {
  Create(BayesSpec(2));
  const LeaseGrant first = Lease();
  EXPECT_EQ(harness_.jobs().size(), 0u) << "the harness has computed it";
  harness_.Complete(first.ref, 1);
  EXPECT_EQ(Counters().discarded, 1);
  EXPECT_TRUE(IsSuggesting(AskOnce())) << "the one that is computed now";
  EXPECT_TRUE(harness_.jobs().front()->awaited) << "it is hurried";
}

TEST_F(SuggestionsTest, OneWhoseHistoryChangedWhileItWasComputedIsNotHandedOut) {
  Create(BayesSpec(2));
  const LeaseGrant first = Lease();
  harness_.Complete(first.ref, 1);
  EXPECT_TRUE(IsSuggesting(AskOnce()));
  const std::shared_ptr<SuggestionJob> job = harness_.jobs().front();
  harness_.jobs().clear();
  const NewTrial added{"add", "f", sweep_, {{"a", 0.5}, {"b", 0.5}}};
  ASSERT_OK(harness_.Run([&](Engine& engine) { return engine.AddTrial(added); }));
  harness_.Deliver({job, Assignment{{"a", 0.1}, {"b", 0.1}}});
  EXPECT_EQ(harness_.jobs().size(), 1u) << "it is computed again, and once";
  EXPECT_EQ(std::get<LeaseGrant>(AskOnce()).ref.trial.number, 2) << "the added one comes first";
  EXPECT_TRUE(std::holds_alternative<WaitAnswer>(AskOnce()));
}

TEST_F(SuggestionsTest, NothingIsComputedTwiceForOneHistory) {
  Create(BayesSpec());
  harness_.Complete(Lease().ref, 1);
  harness_.RunSuggestionJob();
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK(harness_.Run([&](Engine& engine) { return engine.PauseSweep(sweep_); }));
    ASSERT_OK(harness_.Run([&](Engine& engine) { return engine.ResumeSweep(sweep_); }));
  }
  EXPECT_TRUE(harness_.jobs().empty());
  EXPECT_TRUE(std::holds_alternative<LeaseGrant>(AskOnce())) << "a pause does not change what is known";
}

TEST_F(SuggestionsTest, NothingIsComputedForASweepThatNobodyAsks) {
  Create(BayesSpec(8));
  const NewTrial added{"add", "f", sweep_, {{"a", 0.5}, {"b", 0.5}}};
  ASSERT_OK(harness_.Run([&](Engine& engine) { return engine.AddTrial(added); }));
  EXPECT_TRUE(harness_.jobs().empty());
}

TEST_F(SuggestionsTest, NothingIsComputedAheadWhenAgentsHaveStoppedAsking) {
  Create(BayesSpec(20));
  std::vector<LeaseGrant> running;
  for (int i = 0; i < 12; ++i) running.push_back(Lease());
  int computed = 0;
  for (const LeaseGrant& grant : running) {
    harness_.Complete(grant.ref, 1);
    while (harness_.RunSuggestionJob()) ++computed;
  }
  EXPECT_LE(computed, kMaxUnclaimedSuggestions);
  EXPECT_EQ(Lease().ref.trial.number, 13) << "asked, it goes on";
  harness_.RunSuggestionJob();
  EXPECT_TRUE(std::holds_alternative<LeaseGrant>(AskOnce()));
}

TEST_F(SuggestionsTest, NothingIsComputedAheadOfTheEndOfASweep) {
  SweepSpec spec = BayesSpec();
  spec.run_cap = 2;
  Create(spec);
  harness_.Complete(Lease().ref, 1);
  const LeaseGrant last = Lease();
  harness_.Complete(last.ref, 1);
  EXPECT_TRUE(harness_.jobs().empty());
  EXPECT_EQ(harness_.FindSweep(sweep_).state, SweepState::kFinished);
}

TEST_F(SuggestionsTest, AJobThatWasLostIsGivenOutAgain) {
  Create(BayesSpec());
  EXPECT_TRUE(IsSuggesting(AskOnce()));
  EXPECT_TRUE(IsSuggesting(AskOnce()));
  ASSERT_EQ(harness_.jobs().size(), 1u);
  harness_.jobs().clear();  // as when its result was not taken by a turn that failed
  EXPECT_TRUE(IsSuggesting(AskOnce()));
  EXPECT_EQ(harness_.jobs().size(), 1u);
}

TEST_F(SuggestionsTest, AResultOfASweepThatIsOverIsDropped) {
  Create(BayesSpec());
  EXPECT_TRUE(IsSuggesting(AskOnce()));
  ASSERT_OK(harness_.Run([&](Engine& engine) { return engine.CancelSweep(sweep_); }));
  EXPECT_TRUE(harness_.RunSuggestionJob());
  EXPECT_EQ(Counters().discarded, 1);
  EXPECT_EQ(Count(), 0);
}

TEST_F(SuggestionsTest, ARequestThatWasRolledBackLosesTheSuggestionAndGetsTheSameOne) {
  Create(BayesSpec());
  harness_.Complete(Lease().ref, 1);
  harness_.RunSuggestionJob();
  Assignment undone;
  const absl::Status status = harness_.Run([&](Engine& engine) -> absl::Status {
    const auto answer = engine.RequestTrial({agent_, "undone", 0, {sweep_}});
    undone = std::get<LeaseGrant>(*answer).assignment;
    return absl::ResourceExhaustedError("the disk is full");
  });
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(Count(), 1);
  EXPECT_EQ(Counters().ready, 0) << "it was not handed out";
  EXPECT_EQ(Lease().assignment, undone);
}

TEST_F(SuggestionsTest, AFailureThatWasComputedAheadIsRecordedWhenAnAgentAsks) {
  Create(BayesSpec());
  harness_.Complete(Lease().ref, 1);
  const auto revision = harness_.FindSweep(sweep_).revision;
  harness_.Deliver({harness_.jobs().front(), absl::InternalError("no pivot")});
  harness_.jobs().clear();
  EXPECT_EQ(harness_.FindSweep(sweep_).revision, revision);
  EXPECT_TRUE(std::holds_alternative<LeaseGrant>(AskOnce())) << "a random point";
  EXPECT_EQ(harness_.store().ListEvents(sweep_, revision, 1)->front().kind, EventKind::kSuggestionDegraded);
}

TEST_F(SuggestionsTest, AHistoryThatCouldNotBeReadIsNoFailureWhileNobodyWaits) {
  Create(BayesSpec());
  harness_.Complete(Lease().ref, 1);
  harness_.Deliver({harness_.jobs().front(), absl::UnavailableError("disk"), /*unread=*/true});
  harness_.jobs().clear();
  EXPECT_TRUE(IsSuggesting(AskOnce()));
  EXPECT_EQ(harness_.jobs().size(), 1u);
}

TEST_F(SuggestionsTest, WithoutSpeculationNothingIsComputedBeforeItIsAskedFor) {
  EngineHarness harness(Speculating(false));
  const std::string agent = harness.RegisterAgent("agent");
  const std::string sweep = harness.CreateSweep(BayesSpec(2));
  harness.Complete(harness.Lease(agent, sweep).ref, 1);
  EXPECT_TRUE(harness.jobs().empty());
  EXPECT_EQ(harness.engine().suggestion_counters().on_demand, 1);
}

// ---- The log alone determines the suggestions.

struct Course {
  std::vector<std::string> events;
  std::vector<std::string> assignments;
};

Course Walk(uint64_t seed, int64_t max_parallel, bool speculate, bool restarts) {
  EngineHarness harness(Speculating(speculate));
  const std::string sweep = harness.CreateSweep(BayesSpec(max_parallel));
  SweepWalk walk(harness, sweep, seed);
  Rng moments(seed, 1);
  for (int step = 0; step < 150; ++step) {
    walk.Step();
    // What is computed ahead comes early, late or after the history has changed again.
    while (moments.NextBelow(3) == 0) harness.RunSuggestionJob();
    if (restarts && step % 40 == 39) harness.Restart();
  }
  Course course;
  const std::vector<Trial> trials = harness.Trials(sweep);
  const std::vector<Event> events = *harness.store().ListEvents(sweep, 0, 100000);
  const std::unique_ptr<Strategy> strategy = MakeStrategy(*harness.FindSweep(sweep).spec);
  int64_t index = 0;
  for (const Event& event : events) {
    course.events.push_back(absl::StrCat(event.revision, " ", EventKindName(event.kind), " ", event.trial));
    if (event.kind != EventKind::kTrialCreated) continue;
    const Assignment& assignment = trials[static_cast<size_t>(event.trial) - 1].assignment;
    course.assignments.push_back(ToJson(Value(assignment)));
    const auto expected = strategy->Suggest({index++, ReplayHistory(events, trials, event.revision)});
    EXPECT_EQ(**expected, assignment) << "trial " << event.trial << " is not what its history suggests";
  }
  return course;
}

class SuggestionWalk : public testing::TestWithParam<std::tuple<uint64_t, int64_t>> {};

TEST_P(SuggestionWalk, TheSameCourseGivesTheSameSuggestionsWithAndWithoutSpeculationAndAfterRestarts) {
  const auto [seed, max_parallel] = GetParam();
  const Course on_demand = Walk(seed, max_parallel, /*speculate=*/false, /*restarts=*/false);
  EXPECT_GT(on_demand.assignments.size(), 5u);
  for (const bool restarts : {false, true}) {
    const Course ahead = Walk(seed, max_parallel, /*speculate=*/true, restarts);
    EXPECT_EQ(ahead.events, on_demand.events);
    EXPECT_EQ(ahead.assignments, on_demand.assignments);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SuggestionWalk, testing::Combine(testing::Values(1, 2), testing::Values(1, 2, 5)));

}  // namespace
}  // namespace sweepd
