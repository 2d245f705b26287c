// Early termination in the engine: what agents are told, what becomes of the trial, and that neither a restart nor a
// change that was undone makes a difference.
#include <gmock/gmock.h>

#include <limits>

#include "common/rng.h"
#include "tests/support/engine_harness.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Bands at 2, 6, 18: at each the best of two goes on, and the two best of three to five.
SweepSpec ThirdsSpec() {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.early_terminate = Hyperband{BandsFromBelow{2}, 3, true};
  return spec;
}

class EarlyStopping : public testing::Test {
 protected:
  void SetUp() override {
    sweep_ = engine_.CreateSweep(ThirdsSpec());
    agent_ = engine_.RegisterAgent("agent");
  }

  LeaseRef Lease() { return engine_.Lease(agent_, sweep_).ref; }

  // Reports the losses one by one, from `first` on, and gives the last answer.
  Directive Report(const LeaseRef& lease, const std::vector<double>& losses, int64_t first = 1) {
    Directive directive = Directive::kContinue;
    for (const double loss : losses) {
      const auto answer = engine_.Report(lease, first++, loss);
      EXPECT_OK(answer);
      directive = answer->directive;
    }
    return directive;
  }

  // A trial that sets a threshold of 1 at the bands 2 and 6.
  void HaveGoodTrial() { EXPECT_EQ(Report(Lease(), {1, 1, 1, 1, 1, 1}), Directive::kContinue); }

  std::optional<StopDecision> DecisionOf(const LeaseRef& lease) {
    return engine_.store().FindAttempt(lease.trial, lease.attempt)->stop;
  }

  EngineHarness engine_;
  std::string sweep_;
  std::string agent_;
};

TEST_F(EarlyStopping, TheAnswerToTheReportThatDecidesSaysStop) {
  HaveGoodTrial();
  const LeaseRef bad = Lease();
  EXPECT_EQ(Report(bad, {9}), Directive::kContinue);
  EXPECT_EQ(Report(bad, {2}, 2), Directive::kStop);
}

TEST_F(EarlyStopping, TheDecisionIsKeptWithItsNumbers) {
  HaveGoodTrial();
  const LeaseRef bad = Lease();
  Report(bad, {9, 2});
  EXPECT_EQ(DecisionOf(bad), (StopDecision{"hyperband", 2, 2, 1, 2, engine_.clock.Now()}));
  EXPECT_THAT(engine_.Events(sweep_), Contains(EventKind::kTrialStopDecided).Times(1));
  const auto events = *engine_.store().ListEvents(sweep_, 0, 1000);
  EXPECT_EQ(events.back().detail, "hyperband at iteration 2: 2.0 is worse than 1.0, by 2 trials");
}

TEST_F(EarlyStopping, EveryLaterAnswerSaysStopAndNothingIsDecidedAgain) {
  HaveGoodTrial();
  const LeaseRef bad = Lease();
  Report(bad, {9, 2});
  const auto decision = DecisionOf(bad);
  EXPECT_EQ(Report(bad, {2, 0.5}, 3), Directive::kStop);
  EXPECT_EQ(engine_.Report(bad, 4, 0.5)->directive, Directive::kStop) << "a repeated report";
  EXPECT_EQ(engine_.Beat(agent_, bad), Directive::kStop);
  EXPECT_EQ(DecisionOf(bad), decision);
}

TEST_F(EarlyStopping, AHeartbeatBesideTheEngineSaysStopToo) {
  HaveGoodTrial();
  const LeaseRef good = Lease();
  const LeaseRef bad = Lease();
  Report(bad, {9, 2});
  EXPECT_THAT(*engine_.engine().TryHeartbeat(agent_, {good, bad}), ElementsAre(Directive::kContinue, Directive::kStop));
}

TEST_F(EarlyStopping, ARestartForgetsNothing) {
  HaveGoodTrial();
  const LeaseRef bad = Lease();
  const LeaseRef silent = Lease();
  Report(bad, {9});
  Report(silent, {9, 3});
  engine_.Restart();
  EXPECT_EQ(engine_.Beat(agent_, silent), Directive::kStop);
  EXPECT_THAT(*engine_.engine().TryHeartbeat(agent_, {bad, silent}),
              ElementsAre(Directive::kContinue, Directive::kStop));
  EXPECT_EQ(Report(silent, {3}, 3), Directive::kStop);
  EXPECT_EQ(Report(bad, {4}, 2), Directive::kStop);
  EXPECT_EQ(DecisionOf(bad)->trials, 3);
}

TEST_F(EarlyStopping, AReportIsJudgedOnItsOwnWhateverComesInTheSameCall) {
  HaveGoodTrial();
  for (const bool restart : {false, true}) {
    const LeaseRef bad = Lease();
    if (restart) engine_.Restart();
    const double at_band = restart ? 3 : 2;
    std::vector<MetricReport> reports;
    for (const double loss : {9.0, at_band, 0.1, 0.1}) {
      const auto sequence = static_cast<int64_t>(reports.size()) + 1;
      // Steps backwards: it is the order of the reports that counts.
      reports.push_back({sequence, 100 - sequence, engine_.clock.Now(), {{"loss", loss}}});
    }
    const auto answer = engine_.Run([&](Engine& engine) { return engine.ReportMetrics(bad, reports); });
    EXPECT_EQ(answer->directive, Directive::kStop);
    EXPECT_EQ(DecisionOf(bad)->iteration, 2);
    EXPECT_EQ(DecisionOf(bad)->value, at_band);
  }
}

TEST_F(EarlyStopping, OtherMetricsAreNoIterations) {
  HaveGoodTrial();
  const LeaseRef bad = Lease();
  Report(bad, {9});
  const std::vector<MetricReport> other{{2, 2, engine_.clock.Now(), {{"accuracy", 0.1}}}};
  const auto answer = engine_.Run([&](Engine& engine) { return engine.ReportMetrics(bad, other); });
  EXPECT_EQ(answer->directive, Directive::kContinue);
}

TEST_F(EarlyStopping, ATrialThatTurnsNanIsStoppedAtItsNextBandAndTheSweepGoesOn) {
  HaveGoodTrial();
  const LeaseRef bad = Lease();
  EXPECT_EQ(Report(bad, {0.5, 0.5, kNan, kNan, kNan}), Directive::kContinue);
  EXPECT_EQ(Report(bad, {kNan}, 6), Directive::kStop);
  EXPECT_EQ(DecisionOf(bad)->iteration, 6);
  EXPECT_EQ(engine_.Finish(bad, Outcome::kStopped, 6)->state, TrialState::kStopped);
  EXPECT_EQ(engine_.FindTrial(bad.trial).objective, 0.5);
  EXPECT_EQ(Report(Lease(), {0.7, 0.7}), Directive::kContinue);
}

TEST_F(EarlyStopping, TheTrialEndsStoppedHoweverItsProgramEnds) {
  HaveGoodTrial();
  double loss = 8;
  for (const Outcome outcome : {Outcome::kStopped, Outcome::kCompleted, Outcome::kFailed, Outcome::kPreempted}) {
    const LeaseRef bad = Lease();
    ASSERT_EQ(Report(bad, {90, ++loss}), Directive::kStop);
    const auto finish = engine_.Finish(bad, outcome, 2);
    EXPECT_EQ(finish->state, TrialState::kStopped);
    EXPECT_EQ(finish->reason, TrialReason::kStoppedEarly);
    const Trial trial = engine_.FindTrial(bad.trial);
    EXPECT_EQ(trial.objective, loss);
    EXPECT_THAT(trial.message, HasSubstr("hyperband at iteration 2: "));
    EXPECT_EQ(trial.failed_attempts + trial.lost_attempts, 0);
  }
}

TEST_F(EarlyStopping, ATrialWhoseAgentIsLostAfterTheDecisionIsNotRunAgain) {
  HaveGoodTrial();
  const LeaseRef bad = Lease();
  ASSERT_EQ(Report(bad, {9, 8}), Directive::kStop);
  engine_.clock.Advance(kDefaultLeaseTtl);
  engine_.ExpireLeases();
  const Trial trial = engine_.FindTrial(bad.trial);
  EXPECT_EQ(trial.state, TrialState::kStopped);
  EXPECT_EQ(trial.lost_attempts, 0);
  EXPECT_EQ(trial.objective, 8);
  EXPECT_EQ(engine_.Finish(bad, Outcome::kStopped, 2)->state, TrialState::kStopped) << "its agent was only late";
}

TEST_F(EarlyStopping, ANewAttemptBeginsANewCurve) {
  HaveGoodTrial();
  const LeaseRef first = Lease();
  Report(first, {0.1, 0.1, 9});
  ASSERT_OK(engine_.Finish(first, Outcome::kPreempted, 3));
  const LeaseRef second = Lease();
  ASSERT_EQ(second.trial, first.trial);
  EXPECT_EQ(Report(second, {9}), Directive::kContinue);
  EXPECT_EQ(Report(second, {9}, 2), Directive::kStop);
  EXPECT_EQ(DecisionOf(second)->trials, 2) << "the good trial and itself, once";
  EXPECT_EQ(DecisionOf(first), std::nullopt);
}

TEST_F(EarlyStopping, ReportsOfOneBatchSeeEachOther) {
  const LeaseRef good = Lease();
  const LeaseRef bad = Lease();
  Store& store = engine_.store();
  ASSERT_OK(store.Begin());
  std::vector<Directive> directives;
  for (const auto& [lease, loss] : {std::pair(good, 1.0), {bad, 2.0}}) {
    ASSERT_OK(store.Savepoint());
    engine_.engine().BeginCommand();
    const std::vector<MetricReport> reports{{1, 1, {}, {{"loss", loss}}}, {2, 2, {}, {{"loss", loss}}}};
    const auto answer = engine_.engine().ReportMetrics(lease, reports);
    ASSERT_OK(answer);
    directives.push_back(answer->directive);
    ASSERT_OK(store.Release());
  }
  EXPECT_THAT(directives, ElementsAre(Directive::kContinue, Directive::kStop));

  // The batch is not stored: neither the decision nor what it rested on has happened.
  store.Rollback();
  engine_.engine().UndoEffects(0);
  EXPECT_EQ(DecisionOf(bad), std::nullopt);
  EXPECT_EQ(engine_.Beat(agent_, bad), Directive::kContinue);
  EXPECT_EQ(Report(bad, {2, 2}), Directive::kContinue) << "it is the first now";
  EXPECT_EQ(Report(good, {3, 3}), Directive::kStop);
}

TEST_F(EarlyStopping, ACommandThatFailsLeavesNoTrace) {
  HaveGoodTrial();
  const LeaseRef bad = Lease();
  Report(bad, {9});
  const auto undone = engine_.Run([&](Engine& engine) -> absl::Status {
    EXPECT_EQ(engine.ReportMetrics(bad, {{2, 2, {}, {{"loss", 2}}}})->directive, Directive::kStop);
    return absl::InternalError("something after it fails");
  });
  EXPECT_FALSE(undone.ok());
  EXPECT_EQ(DecisionOf(bad), std::nullopt);
  EXPECT_EQ(engine_.Beat(agent_, bad), Directive::kContinue);
  EXPECT_THAT(engine_.Events(sweep_), Not(Contains(EventKind::kTrialStopDecided)));
  EXPECT_EQ(Report(bad, {0.5}, 2), Directive::kContinue);
  const LeaseRef other = Lease();
  EXPECT_EQ(Report(other, {5, 5}), Directive::kStop);
  EXPECT_EQ(DecisionOf(other)->trials, 3) << "the good trial's 1, 0.5 and itself, and not 2";
}

// Eight trials that report in turns; what was decided, a line for each decision. `disturbed`: the controller restarts
// now and then, and reports come twice because the first one's command failed after it.
std::vector<std::string> DecisionsOfARun(const EarlyTerminate& rule, bool disturbed) {
  EngineHarness engine;
  SweepSpec spec = ThirdsSpec();
  spec.early_terminate = rule;
  const std::string sweep = engine.CreateSweep(spec);
  const std::string agent = engine.RegisterAgent("agent");
  std::vector<LeaseRef> leases;
  for (int i = 0; i < 8; ++i) leases.push_back(engine.Lease(agent, sweep).ref);
  Rng values(11, 0);
  Rng faults(12, 0);
  for (int64_t sequence = 1; sequence <= 12; ++sequence) {
    for (const LeaseRef& lease : leases) {
      const double loss = values.NextUnit();
      if (disturbed && faults.NextUnit() < 0.2) engine.Restart();
      if (disturbed && faults.NextUnit() < 0.3) {
        const std::vector<MetricReport> reports{{sequence, sequence, engine.clock.Now(), {{"loss", 9 * loss}}}};
        const auto undone = engine.Run([&](Engine& e) -> absl::Status {
          EXPECT_OK(e.ReportMetrics(lease, reports));
          return absl::InternalError("after it");
        });
        EXPECT_FALSE(undone.ok());
      }
      EXPECT_OK(engine.Report(lease, sequence, loss));
    }
  }
  std::vector<std::string> decisions;
  const std::vector<Event> events = *engine.store().ListEvents(sweep, 0, 10'000);
  for (const Event& event : events) {
    if (event.kind == EventKind::kTrialStopDecided) {
      decisions.push_back(absl::StrCat("trial ", event.trial, ": ", event.detail));
    }
  }
  return decisions;
}

TEST(EarlyStoppingReplay, RestartsAndFailedCommandsChangeNoDecision) {
  for (const EarlyTerminate& rule : {EarlyTerminate(Hyperband{BandsFromBelow{2}, 2, true}),
                                     EarlyTerminate(Hyperband{BandsFromAbove{9, 2}, 3, false}),
                                     EarlyTerminate(MedianStop{2, 2}), EarlyTerminate(Asha{1, 2})}) {
    const std::vector<std::string> decisions = DecisionsOfARun(rule, false);
    EXPECT_FALSE(decisions.empty());
    EXPECT_EQ(DecisionsOfARun(rule, true), decisions);
  }
}

TEST_F(EarlyStopping, ASweepWithoutARuleStopsNothing) {
  sweep_ = engine_.CreateSweep(SpecOf(Method::kRandom));
  HaveGoodTrial();
  EXPECT_EQ(Report(Lease(), {9, 9, kNan, kNan}), Directive::kContinue);
}

TEST_F(EarlyStopping, MedianAndAshaDecideToo) {
  for (const EarlyTerminate& rule : {EarlyTerminate(MedianStop{2, 1}), EarlyTerminate(Asha{2, 2})}) {
    SweepSpec spec = ThirdsSpec();
    spec.early_terminate = rule;
    sweep_ = engine_.CreateSweep(spec);
    HaveGoodTrial();
    const LeaseRef bad = Lease();
    EXPECT_EQ(Report(bad, {9, 9}), Directive::kStop);
    EXPECT_EQ(DecisionOf(bad)->rule, EarlyTerminateName(rule));
  }
}

// What a user does to the rule while trials run.
class ChangedRule : public EarlyStopping {
 protected:
  void Change(std::optional<EarlyTerminate> rule) {
    const SweepUpdate update{.sweep_id = sweep_, .early_terminate = RuleChange{std::move(rule)}};
    ASSERT_OK(engine_.Run([&](Engine& engine) { return engine.UpdateSweep(update); }));
  }
};

TEST_F(ChangedRule, JudgesTheNextReportAndKnowsAllEarlierOnes) {
  HaveGoodTrial();
  const LeaseRef bad = Lease();
  EXPECT_EQ(Report(bad, {9}), Directive::kContinue);
  Change(MedianStop{3, 1});
  EXPECT_EQ(Report(bad, {9}, 2), Directive::kContinue) << "a band of the old rule";
  EXPECT_EQ(Report(bad, {8}, 3), Directive::kStop);
  EXPECT_EQ(DecisionOf(bad), (StopDecision{"median", 3, 8, 1, 1, engine_.clock.Now()}));
}

TEST_F(ChangedRule, ARuleForASweepThatHadNoneKnowsItsReports) {
  sweep_ = engine_.CreateSweep(SpecOf(Method::kRandom));
  HaveGoodTrial();
  const LeaseRef bad = Lease();
  EXPECT_EQ(Report(bad, {9, 9, 9}), Directive::kContinue);
  Change(Hyperband{BandsFromBelow{2}, 3, true});
  EXPECT_EQ(Report(bad, {9}, 4), Directive::kStop) << "by the band that it passed before";
}

TEST_F(ChangedRule, NothingIsDecidedWithoutARuleAndWhatWasReportedThenCountsLater) {
  HaveGoodTrial();
  const LeaseRef bad = Lease();
  const LeaseRef better = Lease();
  Report(bad, {9});
  Change(std::nullopt);
  EXPECT_EQ(Report(bad, {9, 9}, 2), Directive::kContinue);
  EXPECT_EQ(Report(better, {0.5, 0.5}), Directive::kContinue);
  Change(Hyperband{BandsFromBelow{2}, 3, true});
  EXPECT_EQ(Report(bad, {9}, 4), Directive::kStop);
  EXPECT_EQ(DecisionOf(bad)->trials, 3);
}

TEST_F(ChangedRule, WhoWasToldToStopIsNotCalledBack) {
  HaveGoodTrial();
  const LeaseRef bad = Lease();
  ASSERT_EQ(Report(bad, {9, 9}), Directive::kStop);
  const auto decision = DecisionOf(bad);
  Change(std::nullopt);
  EXPECT_EQ(Report(bad, {0.1}, 3), Directive::kStop);
  EXPECT_EQ(DecisionOf(bad), decision);
}

TEST_F(ChangedRule, AChangeThatIsUndoneHasNotHappened) {
  HaveGoodTrial();
  const LeaseRef bad = Lease();
  Report(bad, {9});
  const SweepUpdate update{.sweep_id = sweep_, .early_terminate = RuleChange{}};
  const auto undone = engine_.Run([&](Engine& engine) -> absl::Status {
    EXPECT_OK(engine.UpdateSweep(update));
    EXPECT_EQ(engine.ReportMetrics(bad, {{2, 2, {}, {{"loss", 9}}}})->directive, Directive::kContinue);
    return absl::InternalError("something after it fails");
  });
  EXPECT_FALSE(undone.ok());
  EXPECT_EQ(Report(bad, {9}, 2), Directive::kStop);
  EXPECT_EQ(DecisionOf(bad)->iteration, 2);
}

}  // namespace
}  // namespace sweepd
