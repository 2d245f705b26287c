#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

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
      {"q_uniform", QUniform{0, 1, 0.1, false}},
      {"q_integer", QUniform{-64, 512, 64, true}},
  });
  spec.objective = Objective{"val/acc", Goal::kMaximize, Aggregation::kLast, 0.95};
  spec.program = "train.py";
  spec.command = {"${env}", "python", "", "--x=${constant}"};
  spec.run_cap = 100;
  spec.max_parallel = 7;
  spec.retries = {0, 9};
  spec.seed = (uint64_t{1} << 63) - 1;
  spec.stdout_metrics = StdoutMetrics::kJson;
  spec.trial_timeout = absl::Minutes(90) + absl::Milliseconds(1);
  return spec;
}

TEST(SpecValue, KeepsEveryFieldThroughJson) {
  const SweepSpec spec = FullSpec();
  ASSERT_OK_AND_ASSIGN(const Value value, ParseJson(ToJson(SpecToValue(spec))));
  ASSERT_OK_AND_ASSIGN(const SweepSpec back, SpecFromValue(value));
  EXPECT_EQ(back, spec);
}

TEST(SpecValue, KeepsWhatIsNotSet) {
  SweepSpec spec;
  spec.space = *SearchSpace::Create({{"a", Constant{1}}});
  ASSERT_OK_AND_ASSIGN(const SweepSpec back, SpecFromValue(SpecToValue(spec)));
  EXPECT_EQ(back, spec);
  EXPECT_FALSE(back.objective.has_value());
  EXPECT_FALSE(back.run_cap.has_value());
  EXPECT_FALSE(back.max_parallel.has_value());
}

TEST(SpecValue, RefusesAMemberThatIsMissingOrOfAnotherKind) {
  const Value good = SpecToValue(FullSpec());
  for (const auto& [name, member] : good.as_map()) {
    Value::Map map = good.as_map();
    map[name] = Value::List{7};
    EXPECT_THAT(SpecFromValue(Value(map)), StatusIsCode(absl::StatusCode::kInvalidArgument)) << name;
    if (name == "metric" || name == "run_cap" || name == "max_parallel" || name == "trial_timeout") continue;
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
  ExpectNames(SweepReasonName, ParseSweepReason, SweepReason::kTargetReached);
  ExpectNames(GoalName, ParseGoal, Goal::kMaximize);
  ExpectNames(AggregationName, ParseAggregation, Aggregation::kLast);
  ExpectNames(StdoutMetricsName, ParseStdoutMetrics, StdoutMetrics::kJson);
  ExpectNames(TrialStateName, ParseTrialState, TrialState::kCancelled);
  ExpectNames(TrialReasonName, ParseTrialReason, TrialReason::kSweepCancelled);
  ExpectNames(AttemptStateName, ParseAttemptState, AttemptState::kPreempted);
  ExpectNames(EventKindName, ParseEventKind, EventKind::kSuggestionDegraded);
  EXPECT_EQ(ParseMethod("Grid"), std::nullopt) << "case matters";
}

}  // namespace
}  // namespace sweepd
