// A typed spec becomes the spec it stands for, and its mistakes get the errors of the sweep file.
#include "server/wire/draft_wire.h"

#include <gmock/gmock.h>

#include <gtest/gtest.h>
#include <cmath>

#include "server/spec/validate.h"
#include "server/wire/sweep_wire.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

std::optional<ValidSpec> Validate(const v1::SweepSpec& wire, ProblemList& found) {
  return ValidateDraft(DraftFromWire(wire, found), found);
}

TEST(DraftWire, ASpecComesBackFromTheWireAsItWas) {
  for (const Method method : {Method::kGrid, Method::kRandom, Method::kBayes}) {
    SweepSpec spec = SpecOf(method);
    spec.description = "d";
    spec.run_cap = 9;
    spec.retries = {1, 2};
    spec.objective->target = 0.25;
    spec.stdout_metrics = StdoutMetrics::kRegex;
    spec.stdout_patterns = {"(?P<loss>.)", "(?P<step>.)"};
    spec.initial = {{{"a", 1}}, {}};
    spec.repeats = 3;
    spec.max_failures = 4;
    if (method == Method::kBayes) {
      spec.objective->impute = Impute::kLatest;
      spec.prior = {"abcdefgh"};
    }
    ProblemList found;
    const std::optional<ValidSpec> valid = Validate(SpecToWire(spec), found);
    ASSERT_TRUE(valid.has_value()) << FormatProblem(found.problems.at(0));
    EXPECT_EQ(valid->spec, spec);
    EXPECT_TRUE(valid->seed_given);
  }
}

TEST(DraftWire, EveryDistributionComesBackAsItWas) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.space = SpaceOf({{"c", Constant{Value::List{1, "x"}}},
                        {"k", Categorical{{1, 2.5, "three", true}}},
                        {"i", IntUniform{-3, 3}},
                        {"u", Uniform{-1, 1}},
                        {"l", LogUniformValues{1e-6, 1}},
                        {"q", QUniform{{0, 1}, 0.25, false}},
                        {"w", QUniform{{0, 64}, 8, true}},
                        {"cw", WeightedCategorical{{1, "two", Value()}, {0.25, 0.25, 0.5}}},
                        {"n", Normal{1, 2}},
                        {"ln", LogNormal{-1, 0.5}},
                        {"b", Beta{2, 5}},
                        {"ql", QLogUniformValues{{1, 1024}, 8, true}},
                        {"qn", QNormal{{0, 1}, 0.5, false}},
                        {"qln", QLogNormal{{0, 1}, 1, true}},
                        {"qb", QBeta{{2, 2}, 0.125, false}},
                        {"nested", Constant{1}, {}, {"group", "inner"}},
                        {"when", Uniform{0, 1}, {{"cw", {1, Value()}}, {"group.inner.nested", {1}}}, {"group"}}});
  ProblemList found;
  const std::optional<ValidSpec> valid = Validate(SpecToWire(spec), found);
  ASSERT_TRUE(valid.has_value()) << FormatProblem(found.problems.at(0));
  EXPECT_EQ(valid->spec.space, spec.space);
}

TEST(DraftWire, EveryRuleOfEarlyTerminationComesBackAsItWas) {
  for (const EarlyTerminate& rule : {EarlyTerminate(Hyperband{BandsFromBelow{4}, 2.5, true}),
                                     EarlyTerminate(Hyperband{BandsFromAbove{27, 2}, 3, false}),
                                     EarlyTerminate(MedianStop{2, 9}), EarlyTerminate(Asha{3, 1.5})}) {
    SweepSpec spec = SpecOf(Method::kRandom);
    spec.early_terminate = rule;
    ProblemList found;
    const std::optional<ValidSpec> valid = Validate(SpecToWire(spec), found);
    ASSERT_TRUE(valid.has_value()) << FormatProblem(found.problems.at(0));
    EXPECT_EQ(valid->spec.early_terminate, spec.early_terminate);
  }
}

TEST(DraftWire, MistakesOfEarlyTerminationHaveThePathsOfTheSweepFile) {
  v1::SweepSpec wire = SpecToWire(SpecOf(Method::kRandom));
  wire.mutable_early_terminate()->mutable_hyperband()->set_max_iter(27);
  wire.mutable_early_terminate()->mutable_hyperband()->set_eta(std::nan(""));
  ProblemList found;
  EXPECT_FALSE(Validate(wire, found).has_value());
  wire.mutable_early_terminate()->Clear();
  EXPECT_FALSE(Validate(wire, found).has_value());
  std::vector<std::string> paths;
  for (const Problem& problem : found.problems) paths.push_back(problem.path);
  EXPECT_THAT(paths, testing::ElementsAre("early_terminate.eta", "early_terminate.s", "early_terminate.type"));
}

TEST(DraftWire, LeavesTheNumbersOfALawToTheirDefaults) {
  v1::SweepSpec wire = SpecToWire(SpecOf(Method::kRandom));
  wire.clear_parameters();
  (*wire.mutable_parameters())["n"].mutable_normal();
  (*wire.mutable_parameters())["b"].mutable_beta()->set_a(3);
  ProblemList found;
  const std::optional<ValidSpec> valid = Validate(wire, found);
  ASSERT_TRUE(valid.has_value()) << FormatProblem(found.problems.at(0));
  EXPECT_EQ(valid->spec.space, SpaceOf({{"n", Normal{0, 1}}, {"b", Beta{3, 1}}}));
}

TEST(DraftWire, KeepsTheOrderOfAGrid) {
  SweepSpec spec = SpecOf(Method::kGrid);
  spec.grid_order = GridOrder::kShuffled;
  ProblemList found;
  EXPECT_EQ(Validate(SpecToWire(spec), found)->spec.grid_order, GridOrder::kShuffled);
}

TEST(DraftWire, MistakesOfNestedAndConditionalParametersHaveTheirPaths) {
  v1::SweepSpec wire = SpecToWire(SpecOf(Method::kRandom));
  auto& group = *(*wire.mutable_parameters())["p"].mutable_group()->mutable_parameters();
  group["x"].mutable_int_uniform()->set_min(2);
  group["empty"];
  v1::Distribution& conditional = (*wire.mutable_parameters())["c"];
  conditional.mutable_normal()->set_sigma(-1);
  conditional.add_when()->set_parameter("optimiser");
  ProblemList found;
  EXPECT_FALSE(Validate(wire, found).has_value());
  std::vector<std::string> texts;
  for (const Problem& problem : found.problems) texts.push_back(FormatProblem(problem));
  EXPECT_THAT(
      texts,
      testing::UnorderedElementsAre(
          "parameters.p.parameters.empty: has no distribution",
          "parameters.p.parameters.x.min: min must be less than max, but min is 2 and max is 0 (swap min and max)",
          "parameters.c.sigma: sigma must be greater than 0, but is -1",
          "parameters.c.when.optimiser: there is no parameter optimiser"));
}

TEST(DraftWire, MistakesAreReportedAllAtOnceByTheirPath) {
  v1::SweepSpec wire;
  (*wire.mutable_parameters())["empty"];
  auto& bounds = *(*wire.mutable_parameters())["lr"].mutable_uniform();
  bounds.set_min(2);
  bounds.set_max(1);
  wire.set_run_cap(-1);
  ProblemList found;
  EXPECT_FALSE(Validate(wire, found).has_value());
  std::vector<std::string> paths;
  for (const Problem& problem : found.problems) paths.push_back(problem.path);
  EXPECT_THAT(paths, testing::IsSupersetOf({"method", "parameters.empty", "run_cap"}));
  EXPECT_THAT(paths, testing::Contains(testing::HasSubstr("parameters.lr")));
}

TEST(DraftWire, WrongInitialAssignmentsAreNamed) {
  v1::SweepSpec wire = SpecToWire(SpecOf(Method::kRandom));
  (*wire.add_initial()->mutable_values())["a"].set_double_value(7);
  (*wire.add_initial()->mutable_values())["b"];
  (*wire.add_initial()->mutable_values())["c"].set_int_value(1);
  wire.add_prior("abcdefgh");
  ProblemList found;
  EXPECT_FALSE(Validate(wire, found).has_value());
  std::vector<std::string> paths;
  for (const Problem& problem : found.problems) paths.push_back(problem.path);
  EXPECT_THAT(paths, testing::ElementsAre("initial[1].b", "initial[0].a", "initial[2].c", "prior"));
}

}  // namespace
}  // namespace sweepd
