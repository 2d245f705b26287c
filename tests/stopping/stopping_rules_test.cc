// Each rule on curves that are small enough to check by hand.
#include <gtest/gtest.h>

#include <limits>
#include <ostream>
#include <string>

#include "server/stopping/compared_curves.h"

namespace sweepd {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

using Curves = std::vector<std::vector<double>>;

struct Case {
  std::string name;
  EarlyTerminate config;
  Curves curves;  // the last one is judged
  std::optional<StopDecision> decision;
  Goal goal = Goal::kMinimize;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }

class StoppingRules : public testing::TestWithParam<Case> {};

TEST_P(StoppingRules, Decide) {
  const Case& test = GetParam();
  const Objective objective{"loss", test.goal, Aggregation::kBest, std::nullopt};
  const auto decision = JudgeCurves(test.config, objective, test.curves, test.curves.size() - 1);
  ASSERT_EQ(decision.has_value(), test.decision.has_value());
  if (!decision.has_value()) return;
  EXPECT_EQ(decision->rule, test.decision->rule);
  EXPECT_EQ(decision->iteration, test.decision->iteration);
  EXPECT_EQ(decision->value, test.decision->value);
  EXPECT_EQ(decision->threshold, test.decision->threshold);
  EXPECT_EQ(decision->trials, test.decision->trials);
}

std::string NameOf(const testing::TestParamInfo<Case>& info) { return info.param.name; }

StopDecision By(const char* rule, int64_t iteration, double value, double threshold, int64_t trials) {
  return {rule, iteration, value, threshold, trials, {}};
}

Hyperband Strict(int64_t min_iter) { return {BandsFromBelow{min_iter}, 3, true}; }
Hyperband Lenient(int64_t min_iter) { return {BandsFromBelow{min_iter}, 3, false}; }

INSTANTIATE_TEST_SUITE_P(
    Hyperband, StoppingRules,
    testing::Values(
        Case{"ATrialAloneGoesOn", Strict(1), {{5}}, std::nullopt},
        Case{"BelowTheFirstBandNobodyIsJudged", Strict(2), {{1, 1}, {2, 2}, {9}}, std::nullopt},
        Case{"TheWorseOfTwoStops", Strict(1), {{1}, {2}}, By("hyperband", 1, 2, 1, 2)},
        Case{"TheBetterOfTwoGoesOn", Strict(1), {{2}, {1}}, std::nullopt},
        Case{"ATieSurvives", Strict(1), {{1}, {1}}, std::nullopt},
        // Of 6 values, floor(6 / 3) = 2: the third best survives.
        Case{"TheThresholdItselfSurvives", Strict(1), {{1}, {2}, {4}, {5}, {6}, {3}}, std::nullopt},
        Case{"AboveTheThresholdStops", Strict(1), {{1}, {2}, {3}, {5}, {6}, {3.5}}, By("hyperband", 1, 3.5, 3, 6)},
        Case{"StrictLooksAtTheBandAlone", Strict(2), {{9, 2}, {1, 3}}, By("hyperband", 2, 3, 2, 2)},
        Case{"NotStrictLooksAtTheBestSoFar", Lenient(2), {{9, 2}, {1, 3}}, std::nullopt},
        Case{"TheBestMayComeAfterTheBand", Lenient(1), {{2}, {3, 1}}, std::nullopt},
        Case{"BetweenBandsTheLastOneJudges", Strict(1), {{2}, {3, 1}}, By("hyperband", 1, 3, 2, 2)},
        Case{"TheHighestBandJudges", Strict(1), {{1, 1, 5}, {2, 2, 4}}, std::nullopt},
        Case{"BandsFromAbove",
             Hyperband{BandsFromAbove{9, 1}, 3, true},
             {{1, 1, 1}, {0, 0, 2}},
             By("hyperband", 3, 2, 1, 2)},
        Case{"NanIsWorst", Strict(1), {{1}, {kNan}}, By("hyperband", 1, kInf, 1, 2)},
        Case{"MinusInfinityIsWorstToo", Strict(1), {{1}, {-kInf}}, By("hyperband", 1, kInf, 1, 2)},
        Case{"NanAtTheBandIsWorstWhateverCameBefore", Lenient(2), {{5, 5}, {1, kNan}}, By("hyperband", 2, kInf, 5, 2)},
        Case{"NanIsNotSkipped", Strict(2), {{9, 1}, {kNan, 2}}, By("hyperband", 2, 2, 1, 2)},
        Case{"AmongNansNobodyIsWorse", Strict(1), {{kNan}, {kInf}}, std::nullopt},
        Case{"MaximiseIsNegation", Strict(1), {{0.9}, {0.8}}, By("hyperband", 1, 0.8, 0.9, 2), Goal::kMaximize},
        Case{"TheGreaterSurvives", Strict(1), {{0.8}, {0.9}}, std::nullopt, Goal::kMaximize},
        Case{"NanIsWorstForMaximiseToo",
             Strict(1),
             {{0.8}, {kNan}},
             By("hyperband", 1, -kInf, 0.8, 2),
             Goal::kMaximize}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Median, StoppingRules,
    testing::Values(
        Case{"WaitsForEnoughTrials", MedianStop{1, 3}, {{1}, {1}, {9}}, std::nullopt},
        Case{"OneWorseThanTheMedianStops", MedianStop{1, 3}, {{1}, {2}, {3}, {4}}, By("median", 1, 4, 2, 3)},
        Case{"OneAtTheMedianGoesOn", MedianStop{1, 3}, {{1}, {2}, {3}, {2}}, std::nullopt},
        Case{"OfAnEvenNumberItIsTheMean", MedianStop{1, 2}, {{1}, {2}, {1.6}}, By("median", 1, 1.6, 1.5, 2)},
        Case{"ItsOwnAverageDoesNotCount", MedianStop{1, 1}, {{3}, {4}}, By("median", 1, 4, 3, 1)},
        Case{"OthersCountByTheirAverageSoFar", MedianStop{1, 1}, {{8, 2, 0}, {9, 6}}, By("median", 2, 6, 5, 1)},
        Case{"TheTrialCountsByItsBest", MedianStop{1, 1}, {{3, 3}, {2, 100}}, std::nullopt},
        Case{"NotBeforeMinIter", MedianStop{3, 1}, {{1, 1, 1}, {2, 2}}, std::nullopt},
        Case{"FromMinIterOn", MedianStop{3, 1}, {{1, 1, 1}, {2, 2, 2}}, By("median", 3, 2, 1, 1)},
        Case{"OnlyThoseThatCameAsFarCount", MedianStop{1, 1}, {{1, 1}, {2, 2, 2}}, std::nullopt},
        Case{"NanIsWorst", MedianStop{1, 1}, {{1}, {kNan}}, By("median", 1, kInf, 1, 1)},
        Case{"OneNanSpoilsAnAverage", MedianStop{1, 1}, {{kNan, 1}, {5, 5}}, std::nullopt},
        Case{"OverflowIsNoDisorder", MedianStop{1, 1}, {{-1e308, -1e308, kNan}, {0, 0, 0}}, std::nullopt},
        Case{"MaximiseIsNegation", MedianStop{1, 1}, {{0.9}, {0.8}}, By("median", 1, 0.8, 0.9, 1), Goal::kMaximize}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Asha, StoppingRules,
    testing::Values(
        Case{"TheFirstGoesOn", Asha{1, 4}, {{100}}, std::nullopt},
        Case{"AmongFewTheBestGoesOn", Asha{1, 4}, {{3}, {4}, {2}}, std::nullopt},
        Case{"AmongFewAnyOtherStops", Asha{1, 4}, {{3}, {4}, {3.5}}, By("asha", 1, 3.5, 3, 3)},
        Case{"TheBestQuarterGoesOn", Asha{1, 4}, {{1}, {3}, {4}, {5}, {6}, {7}, {8}, {2}}, std::nullopt},
        Case{"TheNextOneStops", Asha{1, 4}, {{1}, {2}, {4}, {5}, {6}, {7}, {8}, {3}}, By("asha", 1, 3, 2, 8)},
        Case{"BetweenRungsNobodyIsJudged", Asha{1, 4}, {{1, 1}, {9, 9}}, std::nullopt},
        Case{"AtTheNextRungTheyAre", Asha{1, 2}, {{1, 1}, {9, 9}}, By("asha", 2, 9, 1, 2)},
        Case{"BeforeTheFirstRungNobodyIsJudged", Asha{5, 4}, {{1, 1, 1, 1, 1}, {9, 9, 9, 9}}, std::nullopt},
        Case{"ATieSurvives", Asha{1, 4}, {{1}, {1}}, std::nullopt},
        Case{"NanIsWorst", Asha{1, 4}, {{1}, {kNan}}, By("asha", 1, kInf, 1, 2)},
        Case{"MaximiseIsNegation", Asha{1, 4}, {{0.9}, {0.8}}, By("asha", 1, 0.8, 0.9, 2), Goal::kMaximize}),
    NameOf);

}  // namespace
}  // namespace sweepd
