// A history that is kept up to date is the one that is read from the start.
#include "server/engine/kept_history.h"

#include <memory>

#include "tests/engine/sweep_walk.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

std::string TextOf(const std::vector<Observation>& history) {
  std::string text;
  for (const Observation& observation : history) {
    absl::StrAppend(&text, observation.trial, " ", ToJson(Value(observation.assignment)), " ",
                    static_cast<int>(observation.outcome), " ", observation.objective, " ", observation.stopped_early,
                    " ", observation.arrival, "\n");
  }
  return text;
}

struct WalkCase {
  const char* name;
  int64_t repeats = 1;
  Impute impute = Impute::kWorst;
  bool stops_early = false;
};

class KeptHistoryWalk : public testing::TestWithParam<WalkCase> {};

TEST_P(KeptHistoryWalk, EqualsTheOneThatIsReadFromTheStartWhateverHappens) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    EngineHarness harness;
    SweepSpec spec = SpecOf(Method::kRandom);
    spec.repeats = GetParam().repeats;
    spec.objective->impute = GetParam().impute;
    if (GetParam().stops_early) spec.early_terminate = MedianStop{1, 2};
    spec.retries.failed = 1;
    const std::string sweep = harness.CreateSweep(spec);
    SweepWalk walk(harness, sweep, seed);
    KeptHistory often(sweep);
    KeptHistory seldom(sweep);
    for (int step = 0; step < 300; ++step) {
      walk.Step();
      if (step % 100 == 99) harness.Restart();
      ASSERT_OK_AND_ASSIGN(const std::vector<Observation> expected, GatherHistory(harness.store(), sweep));
      ASSERT_OK(often.Update(harness.store()));
      ASSERT_EQ(TextOf(often.question().history), TextOf(expected)) << "after step " << step;
      ASSERT_EQ(often.question().index, harness.FindSweep(sweep).suggestions);
      ASSERT_EQ(often.sweep().revision, harness.FindSweep(sweep).revision);
      ASSERT_EQ(*often.sweep().spec, *harness.FindSweep(sweep).spec);
      if (step % 17 != 0) continue;
      ASSERT_OK(seldom.Update(harness.store()));
      ASSERT_EQ(TextOf(seldom.question().history), TextOf(expected)) << "after step " << step;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sweeps, KeptHistoryWalk,
                         testing::Values(WalkCase{"Plain"}, WalkCase{"Repeats", 3}, WalkCase{"Best", 1, Impute::kBest},
                                         WalkCase{"LatestOfRepeats", 2, Impute::kLatest},
                                         WalkCase{"EarlyTermination", 1, Impute::kWorst, true},
                                         WalkCase{"EarlyTerminationOfRepeats", 2, Impute::kBest, true}),
                         [](const auto& param) { return param.param.name; });

class KeptHistoryTest : public testing::Test {
 protected:
  EngineHarness harness_;
  const std::string agent_ = harness_.RegisterAgent("agent");
  const std::string sweep_ = harness_.CreateSweep(SpecOf(Method::kRandom));
  KeptHistory kept_{sweep_};
};

TEST_F(KeptHistoryTest, ItsVersionRisesWithTheHistoryAlone) {
  const LeaseGrant grant = harness_.Lease(agent_, sweep_);
  ASSERT_OK(kept_.Update(harness_.store()));
  const int64_t version = kept_.version();
  EXPECT_OK(harness_.Report(grant.ref, 1, 1));
  ASSERT_OK(kept_.Update(harness_.store()));
  EXPECT_EQ(kept_.version(), version);
  EXPECT_OK(harness_.Finish(grant.ref, Outcome::kCompleted, 1));
  ASSERT_OK(kept_.Update(harness_.store()));
  EXPECT_GT(kept_.version(), version);
}

TEST_F(KeptHistoryTest, AnAbsentSweepIsAnErrorAndNothingIsLeftOfIt) {
  harness_.Lease(agent_, sweep_);
  ASSERT_OK(kept_.Update(harness_.store()));
  ASSERT_OK(harness_.Run([&](Engine& engine) { return engine.CancelSweep(sweep_); }));
  ASSERT_OK(harness_.Run([&](Engine& engine) { return engine.DeleteSweep(sweep_); }));
  EXPECT_THAT(kept_.Update(harness_.store()), StatusIsCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(kept_.Update(harness_.store()), StatusIsCode(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace sweepd
