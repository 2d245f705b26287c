// The state that grows with every report says what the pure function says, whatever happened on the way.
#include "server/stopping/compared_curves.h"

#include <gtest/gtest.h>

#include <cmath>
#include <ostream>
#include <vector>

#include "common/rng.h"

namespace sweepd {
namespace {

using Curves = std::vector<std::vector<double>>;

constexpr size_t kTrials = 12;
constexpr int kChanges = 600;

const Objective kObjective{"loss", Goal::kMinimize, Aggregation::kBest, std::nullopt};

class EveryRule : public testing::TestWithParam<EarlyTerminate> {
 protected:
  // Applies a random change to both; returns what takes it back.
  ComparedCurves::Undo Change(Rng& rng, ComparedCurves& compared, Curves& curves) {
    const auto trial = static_cast<size_t>(rng.NextUnit() * kTrials);
    if (rng.NextUnit() < 0.03) {
      curves[trial].clear();
      return compared.Restart(static_cast<int64_t>(trial));
    }
    double value = std::round(rng.NextUnit() * 20);
    if (rng.NextUnit() < 0.05) value = std::nan("");
    curves[trial].push_back(value);
    return compared.Append(static_cast<int64_t>(trial), value);
  }

  void ExpectEqual(const ComparedCurves& compared, const Curves& curves) {
    for (size_t trial = 0; trial < kTrials; ++trial) {
      EXPECT_EQ(compared.Judge(static_cast<int64_t>(trial)), JudgeCurves(GetParam(), kObjective, curves, trial));
    }
  }
};

TEST_P(EveryRule, DecidesTheSameGrownOrBuiltAnew) {
  Rng rng(3, 0);
  ComparedCurves compared(GetParam(), kObjective);
  Curves curves(kTrials);
  int decisions = 0;
  for (int i = 0; i < kChanges && !HasFailure(); ++i) {
    Change(rng, compared, curves);
    ExpectEqual(compared, curves);
    decisions += compared.Judge(0).has_value() ? 1 : 0;
  }
  EXPECT_GT(decisions, 0);
}

TEST_P(EveryRule, DecidesTheSameAfterChangesWereTakenBack) {
  Rng rng(4, 0);
  ComparedCurves compared(GetParam(), kObjective);
  Curves curves(kTrials);
  for (int i = 0; i < kChanges / 10 && !HasFailure(); ++i) {
    for (int kept = 0; kept < 5; ++kept) Change(rng, compared, curves);
    const Curves before = curves;
    std::vector<ComparedCurves::Undo> undos;
    for (int undone = 0; undone < 8; ++undone) undos.push_back(Change(rng, compared, curves));
    for (auto undo = undos.rbegin(); undo != undos.rend(); ++undo) compared.TakeBack(std::move(*undo));
    curves = before;
    ExpectEqual(compared, curves);
  }
}

TEST_P(EveryRule, SaysNothingOfATrialThatNeverReported) {
  EXPECT_FALSE(ComparedCurves(GetParam(), kObjective).Judge(7).has_value());
}

INSTANTIATE_TEST_SUITE_P(All, EveryRule,
                         testing::Values(EarlyTerminate(Hyperband{BandsFromBelow{2}, 2, true}),
                                         EarlyTerminate(Hyperband{BandsFromAbove{27, 3}, 3, false}),
                                         EarlyTerminate(MedianStop{2, 3}), EarlyTerminate(Asha{1, 2})),
                         [](const auto& test) {
                           return std::string(EarlyTerminateName(test.param)) + std::to_string(test.index);
                         });

}  // namespace
}  // namespace sweepd
