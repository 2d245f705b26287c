// What a strategy is told of a sweep's trials, and what a new sweep takes over from others.
#include "server/engine/history.h"

#include <limits>

#include "server/core/errors.h"
#include "server/engine/assignment_result.h"
#include "tests/support/engine_harness.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

using testing::HasSubstr;
using enum Observation::Outcome;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

class HistoryTest : public testing::Test {
 protected:
  void Create(SweepSpec spec) { sweep_ = harness_.CreateSweep(std::move(spec)); }
  // A trial that reports these losses and fails.
  void Fail(const std::vector<double>& losses) {
    const LeaseGrant grant = harness_.Lease(agent_, sweep_);
    int64_t sequence = 0;
    for (const double loss : losses) EXPECT_OK(harness_.Report(grant.ref, ++sequence, loss));
    EXPECT_OK(harness_.Finish(grant.ref, Outcome::kFailed, sequence));
  }
  std::vector<Observation> History() { return *GatherHistory(harness_.store(), sweep_); }

  EngineHarness harness_;
  const std::string agent_ = harness_.RegisterAgent("agent");
  std::string sweep_;
};

struct ImputeCase {
  Impute impute;
  Goal goal;
  Aggregation aggregation;
  std::vector<double> losses;
  std::optional<double> expected;  // nullopt: clearly bad
};

TEST_F(HistoryTest, AFailedTrialCountsAsImputeSays) {
  const ImputeCase cases[] = {
      {Impute::kWorst, Goal::kMinimize, Aggregation::kBest, {3, 1, 2}, std::nullopt},
      {Impute::kBest, Goal::kMinimize, Aggregation::kLast, {3, 1, 2}, 1},
      {Impute::kBest, Goal::kMaximize, Aggregation::kLast, {2, 3, 1}, 3},
      {Impute::kLatest, Goal::kMinimize, Aggregation::kBest, {3, 1, 2}, 2},
      {Impute::kLatest, Goal::kMinimize, Aggregation::kLast, {3, 1, kNan}, 1},
      {Impute::kBest, Goal::kMinimize, Aggregation::kBest, {kNan, 5}, 5},
      {Impute::kLatest, Goal::kMinimize, Aggregation::kBest, {}, std::nullopt},
      {Impute::kBest, Goal::kMinimize, Aggregation::kBest, {kNan}, std::nullopt},
  };
  for (const ImputeCase& test : cases) {
    SCOPED_TRACE(&test - cases);
    SweepSpec spec = SpecOf(Method::kBayes);
    spec.objective = Objective{"loss", test.goal, test.aggregation, std::nullopt, test.impute};
    Create(spec);
    Fail(test.losses);
    const std::vector<Observation> history = History();
    ASSERT_EQ(history.size(), 1u);
    EXPECT_EQ(history[0].outcome, test.expected.has_value() ? kValue : kFailed);
    EXPECT_EQ(history[0].objective, test.expected.value_or(0));
  }
}

TEST_F(HistoryTest, AnImputedValueIsOfTheLastAttempt) {
  SweepSpec spec = SpecOf(Method::kBayes);
  spec.objective->impute = Impute::kBest;
  spec.retries.failed = 1;
  Create(spec);
  Fail({1});
  Fail({4});
  EXPECT_EQ(History().at(0).objective, 4);
}

TEST_F(HistoryTest, AnImputedValueIsNeverTheBestOne) {
  SweepSpec spec = SpecOf(Method::kBayes);
  spec.objective->impute = Impute::kBest;
  Create(spec);
  Fail({1});
  EXPECT_FALSE(FindSweepView(harness_.store(), sweep_)->best.has_value());
}

// ---- Arrival and early stops.

std::vector<int64_t> Arrivals(const std::vector<Observation>& history) {
  std::vector<int64_t> arrivals;
  for (const Observation& observation : history) arrivals.push_back(observation.arrival);
  return arrivals;
}

TEST_F(HistoryTest, ResultsHaveTheirPlacesInTheOrderInWhichTheyArrived) {
  Create(SpecOf(Method::kRandom));
  std::vector<LeaseGrant> running;
  for (int i = 0; i < 5; ++i) running.push_back(harness_.Lease(agent_, sweep_));
  const auto after_a_while = [this] { harness_.clock.Advance(absl::Seconds(1)); };
  harness_.Complete(running[3].ref, 1);
  after_a_while();
  harness_.Complete(running[0].ref, 1);
  after_a_while();
  EXPECT_OK(harness_.Finish(running[4].ref, Outcome::kFailed));
  harness_.Complete(running[1].ref, 1);
  EXPECT_EQ(Arrivals(History()), (std::vector<int64_t>{2, 3, 0, 1, 4})) << "the last two came at the same time";
  harness_.Restart();
  EXPECT_EQ(Arrivals(History()), (std::vector<int64_t>{2, 3, 0, 1, 4}));
}

TEST_F(HistoryTest, AnAssignmentArrivesWithTheLastOfItsTrials) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.repeats = 2;
  Create(spec);
  std::vector<LeaseGrant> running;
  for (int i = 0; i < 4; ++i) running.push_back(harness_.Lease(agent_, sweep_));
  for (const size_t i : {0, 2, 3, 1}) {
    harness_.Complete(running[i].ref, 1);
    harness_.clock.Advance(absl::Seconds(1));
  }
  EXPECT_EQ(Arrivals(History()), (std::vector<int64_t>{2, 1}));
}

TEST_F(HistoryTest, AResultThatTheRuleOfEarlyTerminationCutShortSaysSo) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.early_terminate = MedianStop{1, 1};
  Create(spec);
  harness_.Complete(harness_.Lease(agent_, sweep_).ref, 1);
  const LeaseGrant bad = harness_.Lease(agent_, sweep_);
  EXPECT_EQ(harness_.Report(bad.ref, 1, 9)->directive, Directive::kStop);
  EXPECT_EQ(History().at(1).outcome, kPending);
  EXPECT_FALSE(History().at(1).stopped_early) << "it is not over";
  EXPECT_OK(harness_.Finish(bad.ref, Outcome::kStopped, 1));
  EXPECT_EQ(History().at(1).outcome, kValue);
  EXPECT_TRUE(History().at(1).stopped_early);
  EXPECT_FALSE(History().at(0).stopped_early);
  const LeaseGrant other = harness_.Lease(agent_, sweep_);
  EXPECT_OK(harness_.Report(other.ref, 1, 0.5));
  EXPECT_OK(harness_.Finish(other.ref, Outcome::kStopped, 1));
  EXPECT_FALSE(History().at(2).stopped_early) << "its agent stopped it";
}

TEST(MeanOf, IsFiniteWhereTheSumIsNot) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  EXPECT_EQ(MeanOf({kLargest, kLargest}), kLargest);
  EXPECT_EQ(MeanOf({0.1, 0.2, 0.3}), (0.1 + 0.2 + 0.3) / 3);
}

// ---- Prior trials.

class PriorTest : public HistoryTest {
 protected:
  // A sweep over a and b in [0, 1] with these results; nullopt for a trial that failed.
  std::string Known(SweepSpec spec, const std::vector<std::optional<double>>& losses) {
    const std::string id = harness_.CreateSweep(std::move(spec));
    for (const std::optional<double>& loss : losses) {
      const LeaseGrant grant = harness_.Lease(agent_, id);
      if (loss.has_value()) {
        harness_.Complete(grant.ref, *loss);
      } else {
        EXPECT_OK(harness_.Finish(grant.ref, Outcome::kFailed));
      }
    }
    return id;
  }
  absl::StatusOr<SweepView> CreateWith(SweepSpec spec, std::vector<std::string> prior) {
    spec.prior = std::move(prior);
    const NewSweep request{absl::StrCat("with prior ", ++creations_), "fingerprint", std::move(spec), true, ""};
    return harness_.Run([&](Engine& engine) { return engine.CreateSweep(request); });
  }
  static std::vector<double> ObjectivesOf(const absl::StatusOr<SweepView>& view) {
    EXPECT_OK(view);
    std::vector<double> objectives;
    for (const PriorTrial& trial : view->sweep.spec->prior_trials) objectives.push_back(trial.objective);
    return objectives;
  }

  int creations_ = 0;
};

TEST_F(PriorTest, ResultsOfAnotherSweepAreTakenOverInTheirOrder) {
  const std::string random = Known(SpecOf(Method::kRandom), {3, std::nullopt, 1, 2});
  SweepSpec repeated = SpecOf(Method::kRandom);
  repeated.repeats = 2;
  repeated.seed = 8;
  const std::string means = Known(repeated, {1, 2, 5, std::nullopt, 9});
  const auto view = CreateWith(SpecOf(Method::kBayes), {random, means});
  EXPECT_EQ(ObjectivesOf(view), (std::vector<double>{3, 1, 2, 1.5, 5})) << "the last assignment is not complete";
  EXPECT_EQ(view->sweep.spec->prior_trials[1].assignment, harness_.FindTrial({random, 3}).assignment);
  EXPECT_EQ(view->sweep.counts.total(), 0) << "they are not trials of the new sweep";
}

TEST_F(PriorTest, OnlyAssignmentsOfTheNewSpaceAreTakenOver) {
  SweepSpec wide = SpecOf(Method::kRandom);
  wide.space = SpaceOf({{"a", IntUniform{1, 100}}, {"b", Uniform{0, 1}}});
  const std::string known = Known(wide, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  SweepSpec narrow = SpecOf(Method::kBayes);
  narrow.space = SpaceOf({{"a", IntUniform{1, 50}}, {"b", Uniform{0, 1}}});
  const auto view = CreateWith(narrow, {known});
  size_t fitting = 0;
  for (const Trial& trial : harness_.Trials(known)) fitting += trial.assignment->at("a").as_int() <= 50;
  EXPECT_EQ(ObjectivesOf(view).size(), fitting);
  EXPECT_LT(fitting, 10u);
}

TEST_F(PriorTest, DeletingTheOtherSweepChangesNothing) {
  const std::string known = Known(SpecOf(Method::kRandom), {3, 1, 2, 4, 5});
  sweep_ = CreateWith(SpecOf(Method::kBayes), {known})->sweep.id;
  const auto suggest = [&] { return *MakeStrategy(*harness_.FindSweep(sweep_).spec)->Suggest({0, {}}); };
  const std::optional<Assignment> before = suggest();
  ASSERT_OK(harness_.Run([&](Engine& engine) { return engine.CancelSweep(known); }));
  ASSERT_OK(harness_.Run([&](Engine& engine) { return engine.DeleteSweep(known); }));
  harness_.Restart();
  EXPECT_EQ(suggest(), before);
  EXPECT_EQ(harness_.Lease(agent_, sweep_).assignment, *before);
}

TEST_F(PriorTest, WhatCannotBeUsedIsAnErrorOfTheCreation) {
  const auto message = [&](SweepSpec spec, std::vector<std::string> prior) {
    const absl::Status status = CreateWith(std::move(spec), std::move(prior)).status();
    EXPECT_EQ(ReasonOf(status), "INVALID_PRIOR");
    EXPECT_NE(HintOf(status), "");
    return std::string(status.message());
  };
  const std::string good = Known(SpecOf(Method::kRandom), {1});
  const SweepSpec bayes = SpecOf(Method::kBayes);
  EXPECT_EQ(message(bayes, {good, "abcdefgh"}), "prior[1]: there is no sweep abcdefgh");

  SweepSpec other = SpecOf(Method::kRandom);
  other.objective->goal = Goal::kMaximize;
  const std::string maximised = Known(other, {1});
  EXPECT_THAT(message(bayes, {maximised}), HasSubstr("maximizes \"loss\", and this sweep minimizes \"loss\""));
  other.objective->goal = Goal::kMinimize;
  other.objective->metric = "accuracy";
  EXPECT_THAT(message(bayes, {Known(other, {})}), HasSubstr("minimizes \"accuracy\", and this sweep"));
  other.objective.reset();
  EXPECT_THAT(message(bayes, {Known(other, {})}), HasSubstr("has no metric"));

  EXPECT_THAT(message(bayes, {Known(SpecOf(Method::kRandom), {std::nullopt})}), HasSubstr("no trial of sweep"));
  SweepSpec elsewhere = bayes;
  elsewhere.space = SpaceOf({{"a", Uniform{0, 1}}, {"c", Uniform{0, 1}}});
  EXPECT_THAT(message(elsewhere, {good}), HasSubstr("none of the 1 results of sweep"));
  EXPECT_THAT(harness_.store().ListSweeps({{}, good, 100}), IsOk());
}

TEST_F(PriorTest, TheNewestResultsAreTakenWhenThereAreTooMany) {
  std::vector<std::optional<double>> losses;
  for (size_t i = 0; i < kMaxPriorTrials + 10; ++i) losses.emplace_back(static_cast<double>(i));
  const std::vector<double> objectives =
      ObjectivesOf(CreateWith(SpecOf(Method::kBayes), {Known(SpecOf(Method::kRandom), losses)}));
  ASSERT_EQ(objectives.size(), kMaxPriorTrials);
  EXPECT_EQ(objectives.front(), 10);
  EXPECT_EQ(objectives.back(), static_cast<double>(kMaxPriorTrials + 9));
}

}  // namespace
}  // namespace sweepd
