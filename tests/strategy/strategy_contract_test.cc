#include "tests/strategy/strategy_contract.h"

#include "tests/strategy/sweep_specs.h"

namespace sweepd {
namespace {

INSTANTIATE_TEST_SUITE_P(Grid, StrategyContract,
                         testing::Values(StrategyCase{"TwelvePoints", SpecOf(Method::kGrid, TwelvePoints()), 12},
                                         StrategyCase{"Conditional", SpecOf(Method::kGrid, ConditionalPoints()), 10},
                                         StrategyCase{"OnePoint", SpecOf(Method::kGrid, {{"a", Constant{1}}}), 1}),
                         StrategyCaseName);

INSTANTIATE_TEST_SUITE_P(
    Random, StrategyContract,
    testing::Values(StrategyCase{"TwelvePoints", SpecOf(Method::kRandom, TwelvePoints()), std::nullopt},
                    StrategyCase{"EveryKind", SpecOf(Method::kRandom, EveryKind()), std::nullopt},
                    StrategyCase{"Conditional", SpecOf(Method::kRandom, ConditionalLaws()), std::nullopt}),
    StrategyCaseName);

INSTANTIATE_TEST_SUITE_P(
    Bayes, StrategyContract,
    testing::Values(StrategyCase{"TwelvePoints", SpecOf(Method::kBayes, TwelvePoints()), 12},
                    StrategyCase{"ConditionalPoints", SpecOf(Method::kBayes, ConditionalPoints()), 10},
                    StrategyCase{"ConditionalLaws", SpecOf(Method::kBayes, ConditionalLaws()), std::nullopt},
                    StrategyCase{"UnevenSteps", SpecOf(Method::kBayes, {{"a", QLogUniformValues{{1, 8}, 1, true}}}), 8},
                    StrategyCase{"OnePoint", SpecOf(Method::kBayes, {{"a", Constant{1}}}), 1},
                    StrategyCase{"EveryKind", SpecOf(Method::kBayes, EveryKind()), std::nullopt}),
    StrategyCaseName);

SweepSpec WithInitial(SweepSpec spec) {
  spec.initial = {{{"a", "z"}, {"c", 2.0}}, {}, {{"b", false}}, {{"a", "z"}, {"c", 2}}};
  return spec;
}

INSTANTIATE_TEST_SUITE_P(Initial, StrategyContract,
                         testing::Values(StrategyCase{"Grid", WithInitial(SpecOf(Method::kGrid, TwelvePoints())), 12},
                                         StrategyCase{"Random", WithInitial(SpecOf(Method::kRandom, TwelvePoints())),
                                                      std::nullopt}),
                         StrategyCaseName);

}  // namespace
}  // namespace sweepd
