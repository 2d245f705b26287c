#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "server/core/event.h"
#include "server/core/sweep.h"
#include "server/core/trial.h"
#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

// A spec in which no field has its default.
SweepSpec FullSpec() {
  SweepSpec spec;
  spec.name = "name";
  spec.description = "two\nlines";
  spec.project = "project";
  spec.entity = "entity";
  spec.method = Method::kBayes;
  spec.space = *SearchSpace::Create({
      {"constant", Constant{Value::Map{{"a", Value::List{1, 2.0, Value()}}}}},
      {"categorical", Categorical{{"adam", 1, 1.5, true, Value(), "1"}}},
      {"int_uniform", IntUniform{std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}},
      {"uniform", Uniform{-1e308, 0.1}},
      {"log_uniform_values", LogUniformValues{5e-324, 1}},
      {"q_uniform", QUniform{{0, 1}, 0.1, false}},
      {"q_integer", QUniform{{-64, 512}, 64, true}},
      {"weighted", WeightedCategorical{{"a", Value()}, {0.25, 0.75}}},
      {"normal", Normal{1, 2}},
      {"log_normal", LogNormal{-1, 0.5}},
      {"beta", Beta{2, 5}},
      {"q_log", QLogUniformValues{{1, 1024}, 8, true}},
      {"q_normal", QNormal{{0, 1}, 0.5, false}},
      {"q_log_normal", QLogNormal{{0, 1}, 1, true}},
      {"q_beta", QBeta{{2, 2}, 0.125, false}},
      {"nested", Constant{1}, {}, {"group", "inner"}},
      {"conditional", Uniform{0, 1}, {{"weighted", {"a", Value()}}, {"group.inner.nested", {1}}}, {"group"}},
  });
  spec.objective = Objective{"val/acc", Goal::kMaximize, Aggregation::kLast, 0.95, Impute::kLatest};
  spec.program = "train.py";
  spec.command = {"${env}", "python", "", "--x=${constant}"};
  spec.run_cap = 100;
  spec.max_parallel = 7;
  spec.retries = {0, 9};
  spec.seed = (uint64_t{1} << 63) - 1;
  spec.stdout_metrics = StdoutMetrics::kRegex;
  spec.stdout_patterns = {"loss (?P<loss>.+)", "\\d"};
  spec.grid_order = GridOrder::kShuffled;
  spec.early_terminate = Hyperband{BandsFromAbove{27, 3}, 2.5, true};
  spec.initial = {{{"uniform", 0.05}, {"categorical", Value()}}, {}};
  spec.repeats = 3;
  spec.max_failures = 5;
  spec.prior = {"abcdefgh", "ijklmnop"};
  spec.prior_trials = {{{{"uniform", 0.05}}, -0.0}, {{{"uniform", 1e-3}}, 1e308}};
  spec.trial_timeout = absl::Minutes(90) + absl::Milliseconds(1);
  return spec;
}

TEST(SpecValue, KeepsEveryFieldThroughJson) {
  const SweepSpec spec = FullSpec();
  ASSERT_OK_AND_ASSIGN(const Value value, ParseJson(ToJson(SpecToValue(spec))));
  ASSERT_OK_AND_ASSIGN(const SweepSpec back, SpecFromValue(value));
  EXPECT_EQ(back, spec);
}

TEST(SpecValue, KeepsEveryRuleOfEarlyTermination) {
  SweepSpec spec = FullSpec();
  for (const EarlyTerminate& rule : {EarlyTerminate(Hyperband{BandsFromBelow{4}, 3, false}),
                                     EarlyTerminate(MedianStop{2, 9}), EarlyTerminate(Asha{3, 1.5})}) {
    spec.early_terminate = rule;
    ASSERT_OK_AND_ASSIGN(const SweepSpec back, SpecFromValue(SpecToValue(spec)));
    EXPECT_EQ(back.early_terminate, spec.early_terminate);
    const Value good = EarlyTerminateToValue(rule);
    Value::Map map = good.as_map();
    for (const auto& [name, member] : good.as_map()) {
      map[name] = Value::List{7};
      EXPECT_THAT(EarlyTerminateFromValue(Value(map)), StatusIsCode(absl::StatusCode::kInvalidArgument)) << name;
      map[name] = member;
    }
  }
}

TEST(SpecValue, KeepsWhatIsNotSet) {
  SweepSpec spec;
  spec.space = *SearchSpace::Create({{"a", Constant{1}}});
  ASSERT_OK_AND_ASSIGN(const SweepSpec back, SpecFromValue(SpecToValue(spec)));
  EXPECT_EQ(back, spec);
  EXPECT_FALSE(back.objective.has_value());
  EXPECT_FALSE(back.run_cap.has_value());
  EXPECT_FALSE(back.max_parallel.has_value());
  EXPECT_FALSE(back.early_terminate.has_value());
}

const std::set<std::string> kOptional = {"metric",          "run_cap", "max_parallel",   "initial",
                                         "early_terminate", "repeats", "max_failures",   "prior",
                                         "prior_trials",    "grid",    "stdout_pattern", "trial_timeout"};

TEST(SpecValue, RefusesAMemberThatIsMissingOrOfAnotherKind) {
  const Value good = SpecToValue(FullSpec());
  for (const auto& [name, member] : good.as_map()) {
    Value::Map map = good.as_map();
    map[name] = Value::List{7};
    EXPECT_THAT(SpecFromValue(Value(map)), StatusIsCode(absl::StatusCode::kInvalidArgument)) << name;
    if (kOptional.contains(name)) continue;
    map.erase(name);
    EXPECT_THAT(SpecFromValue(Value(map)), StatusIsCode(absl::StatusCode::kInvalidArgument)) << name;
  }
  EXPECT_THAT(SpecFromValue(Value(1)), StatusIsCode(absl::StatusCode::kInvalidArgument));
}

// Every name of an enum reads back, up to the first value that has no name.
template <class Enum>
void ExpectNames(absl::string_view (*name)(Enum), std::optional<Enum> (*parse)(absl::string_view), Enum last) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const Enum value = static_cast<Enum>(i);
    EXPECT_EQ(parse(name(value)), value) << name(value);
  }
  EXPECT_EQ(parse("nonsense"), std::nullopt);
}

TEST(Names, ReadBack) {
  ExpectNames(MethodName, ParseMethod, Method::kBayes);
  ExpectNames(SweepStateName, ParseSweepState, SweepState::kCancelled);
  ExpectNames(SweepReasonName, ParseSweepReason, SweepReason::kTooManyFailures);
  ExpectNames(GoalName, ParseGoal, Goal::kMaximize);
  ExpectNames(AggregationName, ParseAggregation, Aggregation::kLast);
  ExpectNames(ImputeName, ParseImpute, Impute::kLatest);
  ExpectNames(StdoutMetricsName, ParseStdoutMetrics, StdoutMetrics::kRegex);
  ExpectNames(GridOrderName, ParseGridOrder, GridOrder::kShuffled);
  ExpectNames(TrialStateName, ParseTrialState, TrialState::kCancelled);
  ExpectNames(TrialReasonName, ParseTrialReason, TrialReason::kStoppedEarly);
  ExpectNames(AttemptStateName, ParseAttemptState, AttemptState::kPreempted);
  ExpectNames(EventKindName, ParseEventKind, EventKind::kTrialStopDecided);
  EXPECT_EQ(ParseMethod("Grid"), std::nullopt) << "case matters";
}

}  // namespace
}  // namespace sweepd
