#include "client/output/resource_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "client/output/metric_summary.h"
#include "client/output/spec_json.h"
#include "client/output/state_text.h"
#include "client/output/trial_output.h"
#include "common/wire_value.h"
#include "tests/support/status_matchers.h"

namespace sweepd::client {
namespace {

using testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1767225600);  // 2026-01-01T00:00:00Z

v1::Trial RunningTrial() {
  v1::Trial trial;
  trial.set_sweep("abcdefgh");
  trial.set_number(3);
  trial.set_state(v1::TRIAL_STATE_RUNNING);
  trial.set_attempt(2);
  MapToWire({{"lr", 0.1}, {"layers", Value::List{64, 32}}}, *trial.mutable_assignment());
  trial.mutable_start_time()->set_seconds(1767225600 - 90);
  trial.mutable_start_time()->set_nanos(500'000'000);
  return trial;
}

TEST(TrialJson, HoldsPlainValuesAndNullsForWhatIsUnknown) {
  EXPECT_EQ(ToJson(TrialJson(RunningTrial(), kNow)),
            "{\"agent\":null,\"assignment\":{\"layers\":[64,32],\"lr\":0.1},\"attempt\":2,\"created\":null,"
            "\"duration_seconds\":89.5,\"ended\":null,\"failed_attempts\":0,\"lost_attempts\":0,\"message\":null,"
            "\"number\":3,\"objective\":null,\"objective_step\":null,\"reason\":null,"
            "\"started\":\"2025-12-31T23:58:30.5Z\",\"state\":\"RUNNING\",\"sweep\":\"abcdefgh\"}");
}

TEST(TrialJson, NamesAnObjectiveThatJsonCannotHold) {
  v1::Trial trial = RunningTrial();
  trial.set_objective(std::nan(""));
  const Value json = TrialJson(trial, kNow);
  EXPECT_TRUE(json.as_map().at("objective").is_null());
  EXPECT_EQ(json.as_map().at("objective_nonfinite").as_string(), "NaN");
  trial.set_objective(0.5);
  EXPECT_EQ(TrialJson(trial, kNow).as_map().count("objective_nonfinite"), 0u);
}

TEST(AttemptJson, SaysWhyItWasToStop) {
  v1::Attempt attempt;
  EXPECT_TRUE(AttemptJson(attempt, kNow).as_map().at("stop").is_null());
  v1::StopDecision& stop = *attempt.mutable_stop();
  stop.set_rule("hyperband");
  stop.set_iteration(9);
  stop.set_value(std::numeric_limits<double>::infinity());
  stop.set_threshold(0.25);
  stop.set_trials(12);
  EXPECT_EQ(ToJson(AttemptJson(attempt, kNow).as_map().at("stop")),
            "{\"iteration\":9,\"rule\":\"hyperband\",\"threshold\":0.25,\"time\":null,\"trials\":12,"
            "\"value\":null,\"value_nonfinite\":\"Infinity\"}");
}

TEST(SpecJson, WritesEarlyTerminationAsASweepFileDoes) {
  v1::SweepSpec spec;
  v1::EarlyTerminate& rule = *spec.mutable_early_terminate();
  rule.mutable_hyperband()->set_max_iter(27);
  rule.mutable_hyperband()->set_s(2);
  rule.mutable_hyperband()->set_eta(3);
  const auto json = [&] { return ToJson(SpecJson(spec).as_map().at("early_terminate")); };
  EXPECT_EQ(json(), "{\"eta\":3.0,\"max_iter\":27,\"s\":2,\"strict\":false,\"type\":\"hyperband\"}");
  rule.mutable_median()->set_min_trials(5);
  EXPECT_EQ(json(), "{\"min_trials\":5,\"type\":\"median\"}");
  rule.mutable_asha()->set_min_iter(1);
  EXPECT_EQ(json(), "{\"min_iter\":1,\"type\":\"asha\"}");
}

TEST(TrialJson, TellsOfRepeatsWhereThereAreAny) {
  v1::Trial trial = RunningTrial();
  EXPECT_EQ(TrialJson(trial, kNow).as_map().count("repeat_of"), 0u);
  trial.set_repeat_of(2);
  trial.set_mean(0.5);
  const Value json = TrialJson(trial, kNow);
  EXPECT_EQ(json.as_map().at("repeat_of").as_int(), 2);
  EXPECT_EQ(json.as_map().at("mean").as_double(), 0.5);
}

TEST(TrialListing, ShowsMeansAndRepeatsOfASweepThatHasThem) {
  v1::Sweep sweep;
  sweep.mutable_spec()->mutable_objective()->set_metric("loss");
  const size_t columns = TrialListing(sweep).Columns().size();
  sweep.mutable_spec()->set_repeats(3);
  const TrialListing listing(sweep);
  EXPECT_EQ(listing.Columns().size(), columns + 2);
  v1::Trial trial = RunningTrial();
  trial.set_mean(0.5);
  const ListRow row = listing.Row(trial, kNow);
  EXPECT_EQ(row.cells.size(), listing.Columns().size());
  EXPECT_EQ(row.cells[3].text, "0.5");
}

TEST(SpecJson, WritesTheKeysThatSayWhichTrialsAreMade) {
  v1::SweepSpec spec;
  spec.set_repeats(1);
  spec.mutable_objective()->set_impute(v1::IMPUTE_WORST);
  EXPECT_EQ(SpecJson(spec).as_map().count("repeats"), 0u) << "defaults are left out";
  spec.set_repeats(3);
  spec.set_max_failures(5);
  spec.add_prior("abcdefgh");
  spec.mutable_objective()->set_impute(v1::IMPUTE_LATEST);
  MapToWire({{"lr", 0.1}}, *spec.add_initial()->mutable_values());
  const Value json = SpecJson(spec);
  EXPECT_EQ(json.as_map().at("metric").as_map().at("impute").as_string(), "latest");
  EXPECT_EQ(ToJson(json.as_map().at("initial")), "[{\"lr\":0.1}]");
  EXPECT_EQ(json.as_map().at("repeats").as_int(), 3);
  EXPECT_EQ(json.as_map().at("max_failures").as_int(), 5);
  EXPECT_EQ(ToJson(json.as_map().at("prior")), "[\"abcdefgh\"]");
}

TEST(SweepJson, CountsTrialsAndNamesTheBest) {
  v1::Sweep sweep;
  sweep.set_id("abcdefgh");
  sweep.set_state(v1::SWEEP_STATE_ACTIVE);
  sweep.mutable_counts()->set_running(2);
  sweep.mutable_counts()->set_succeeded(3);
  Value json = SweepJson(sweep);
  EXPECT_EQ(json.as_map().at("counts").as_map().at("total").as_int(), 5);
  EXPECT_TRUE(json.as_map().at("best").is_null());
  EXPECT_TRUE(json.as_map().at("grid_size").is_null());
  sweep.set_best_trial(4);
  sweep.set_best_objective(0.25);
  sweep.set_grid_size(UINT64_MAX);
  json = SweepJson(sweep);
  EXPECT_EQ(ToJson(json.as_map().at("best")), "{\"objective\":0.25,\"trial\":4}");
  EXPECT_EQ(json.as_map().at("grid_size").as_string(), "18446744073709551615");
}

TEST(SpecJson, WritesParametersAsASweepFileDoes) {
  v1::SweepSpec spec;
  spec.set_method(v1::METHOD_BAYES);
  *(*spec.mutable_parameters())["a"].mutable_constant()->mutable_value() = ValueToWire("x");
  *(*spec.mutable_parameters())["b"].mutable_categorical()->add_values() = ValueToWire(1);
  (*spec.mutable_parameters())["c"].mutable_int_uniform()->set_max(9);
  (*spec.mutable_parameters())["d"].mutable_log_uniform_values()->set_max(0.5);
  v1::Distribution::QUniform& q = *(*spec.mutable_parameters())["e"].mutable_q_uniform();
  q.set_max(8);
  q.set_q(2);
  q.set_integral(true);
  EXPECT_EQ(ToJson(SpecJson(spec)),
            "{\"method\":\"bayes\",\"parameters\":{\"a\":{\"value\":\"x\"},\"b\":{\"values\":[1]},"
            "\"c\":{\"distribution\":\"int_uniform\",\"max\":9,\"min\":0},"
            "\"d\":{\"distribution\":\"log_uniform_values\",\"max\":0.5,\"min\":0.0},"
            "\"e\":{\"distribution\":\"q_uniform\",\"max\":8,\"min\":0,\"q\":2}}}");
}

TEST(SpecJson, WritesNestedConditionalAndSteppedParametersAsASweepFileDoes) {
  v1::SweepSpec spec;
  spec.set_method(v1::METHOD_GRID);
  spec.set_grid_order(v1::GRID_ORDER_SHUFFLED);
  auto& group = *(*spec.mutable_parameters())["p"].mutable_group()->mutable_parameters();
  group["n"].mutable_normal()->set_mu(2);
  v1::Distribution& stepped = group["q"];
  stepped.mutable_q_beta()->set_q(1);
  stepped.mutable_q_beta()->set_integral(true);
  stepped.add_when()->set_parameter("p.n");
  *stepped.mutable_when(0)->add_values() = ValueToWire(1);
  v1::Distribution::WeightedCategorical& weighted = *(*spec.mutable_parameters())["w"].mutable_weighted_categorical();
  *weighted.add_values() = ValueToWire("x");
  weighted.add_probabilities(1);
  EXPECT_EQ(ToJson(SpecJson(spec)),
            "{\"grid\":{\"order\":\"shuffled\"},\"method\":\"grid\",\"parameters\":{"
            "\"p\":{\"parameters\":{\"n\":{\"distribution\":\"normal\",\"mu\":2.0,\"sigma\":1.0},"
            "\"q\":{\"a\":1.0,\"b\":1.0,\"distribution\":\"q_beta\",\"q\":1,\"when\":{\"p.n\":[1]}}}},"
            "\"w\":{\"probabilities\":[1.0],\"values\":[\"x\"]}}}");
}

TEST(StateText, DropsThePrefixAndKeepsUnknownNumbers) {
  EXPECT_EQ(TrialStateText(v1::TRIAL_STATE_SUCCEEDED), "SUCCEEDED");
  EXPECT_EQ(TrialStateText(v1::TRIAL_STATE_UNSPECIFIED), "");
  EXPECT_EQ(TrialStateText(static_cast<v1::TrialState>(99)), "99");
  EXPECT_EQ(MethodText(v1::METHOD_BAYES), "bayes");
}

TEST(StateText, ParsesStatesInAnyCaseAndSuggestsTheNearest) {
  ASSERT_OK_AND_ASSIGN(const std::vector<v1::TrialState> states, ParseTrialStates({"running,Lost", "FAILED"}));
  EXPECT_THAT(states, testing::ElementsAre(v1::TRIAL_STATE_RUNNING, v1::TRIAL_STATE_LOST, v1::TRIAL_STATE_FAILED));
  EXPECT_THAT(ParseTrialStates({"sucess"}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("states are PENDING, RUNNING")));
  EXPECT_THAT(ParseSweepStates({"finishd"}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("did you mean FINISHED?")));
  EXPECT_THAT(ParseSweepStates({"unspecified"}), StatusIsCode(absl::StatusCode::kInvalidArgument));
}

TEST(MetricSummary, KeepsExtremesApartFromNaN) {
  MetricSummary summary;
  for (const auto& [step, value] : {std::pair{1, 0.5}, {2, std::nan("")}, {3, 0.25}}) {
    v1::MetricPoint point;
    point.set_metric("loss");
    point.set_step(step);
    point.set_value(value);
    summary.Add(point);
  }
  std::ostringstream out;
  summary.Print(out, Terminal{});
  EXPECT_EQ(out.str(), "METRIC  LAST   MIN  MAX  STEP  POINTS\nloss    0.25  0.25  0.5     3       3\n");
}

}  // namespace
}  // namespace sweepd::client
