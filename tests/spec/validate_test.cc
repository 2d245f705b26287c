// What a typed spec meets: the same check as a sweep file's, without places.
#include "server/spec/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sweepd {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SweepDraft GoodDraft() {
  SweepDraft draft;
  draft.method.value = "random";
  draft.run_cap.value = 10;
  draft.program.value = "train.py";
  ParameterDraft lr;
  lr.name = "lr";
  lr.distribution.value = "uniform";
  lr.min.value = Value(0.0);
  lr.max.value = Value(1.0);
  draft.parameters.value = std::vector<ParameterDraft>{lr};
  return draft;
}

std::vector<std::string> ProblemsOf(const SweepDraft& draft) {
  ProblemList found;
  const std::optional<ValidSpec> valid = ValidateDraft(draft, found);
  EXPECT_EQ(valid.has_value(), found.problems.empty());
  std::vector<std::string> texts;
  for (const Problem& problem : found.problems) texts.push_back(FormatProblem(problem));
  return texts;
}

TEST(ValidateDraft, FillsInTheDefaults) {
  ProblemList found;
  const std::optional<ValidSpec> valid = ValidateDraft(GoodDraft(), found);
  ASSERT_TRUE(valid.has_value());
  EXPECT_FALSE(valid->seed_given);
  EXPECT_THAT(valid->spec.command, ElementsAre("${env}", "${interpreter}", "${program}", "${args}"));
  EXPECT_EQ(valid->spec.retries, (Retries{3, 0}));
  EXPECT_EQ(valid->spec.max_parallel, std::nullopt);
  EXPECT_EQ(valid->spec.stdout_metrics, StdoutMetrics::kAuto);
  EXPECT_FALSE(valid->spec.objective.has_value());
  EXPECT_THAT(found.warnings, IsEmpty());
}

TEST(ValidateDraft, RunsBayesOneTrialAtATimeUnlessAsked) {
  SweepDraft draft = GoodDraft();
  draft.method.value = "bayes";
  draft.metric.value = MetricDraft{};
  draft.metric.value->name.value = "loss";
  ProblemList found;
  EXPECT_EQ(ValidateDraft(draft, found)->spec.max_parallel, 1);
  draft.max_parallel.value = 8;
  EXPECT_EQ(ValidateDraft(draft, found)->spec.max_parallel, 8);
}

TEST(ValidateDraft, ReportsEveryMistakeOfAnEmptyDraft) {
  EXPECT_THAT(ProblemsOf(SweepDraft()),
              ElementsAre("method: method is required (write grid, random or bayes)",
                          "parameters: at least one parameter is required (for example parameters: {lr: {min: 0.001, "
                          "max: 0.1}})",
                          "program: program is required, because the default command uses ${program} (for example "
                          "program: train.py)"));
}

TEST(ValidateDraft, GivesATypedSpecTheErrorsOfAFileWithoutAPlace) {
  SweepDraft draft = GoodDraft();
  draft.metric.value = MetricDraft{};
  draft.metric.value->name.value = "loss";
  draft.metric.value->goal.value = "maximise";
  draft.parameters.value->at(0).min.value = Value(2.0);
  draft.run_cap.value = 0;
  draft.command.value = std::vector<std::string>{"a", "${lrr}"};
  EXPECT_THAT(
      ProblemsOf(draft),
      ElementsAre("parameters.lr.min: min must be less than max, but min is 2.0 and max is 1.0 (swap min and max)",
                  "metric.goal: must be minimize or maximize, but is \"maximise\" (did you mean maximize?)",
                  "command[1]: ${lrr} is neither a macro nor a parameter; did you mean ${lr}?",
                  "run_cap: must be at least 1, but is 0"));
}

TEST(ValidateDraft, RefusesAParameterNameThatIsGivenTwice) {
  SweepDraft draft = GoodDraft();
  draft.parameters.value->push_back(draft.parameters.value->at(0));
  EXPECT_THAT(ProblemsOf(draft), ElementsAre("parameters.lr: given twice"));
}

TEST(ValidateDraft, TakesIntegralStepsFromATypedSpec) {
  SweepDraft draft = GoodDraft();
  ParameterDraft& parameter = draft.parameters.value->at(0);
  parameter.distribution.value = "q_uniform";
  parameter.min.value = Value(0.0);
  parameter.max.value = Value(10.0);
  parameter.q.value = Value(2.0);
  ProblemList found;
  const auto law_of = [&found](const SweepDraft& given) {
    return std::get<QUniform>(ValidateDraft(given, found)->spec.space.parameters()[0].distribution);
  };
  EXPECT_FALSE(law_of(draft).integral);
  parameter.integral = true;
  EXPECT_TRUE(law_of(draft).integral);
  parameter.q.value = Value(2.5);
  EXPECT_THAT(ProblemsOf(draft), ElementsAre("parameters.lr.q: integer values need a whole q, but q is 2.5"));
}

// The text of a spec must be readable when the controller starts again, however deep a typed spec is.
TEST(ValidateDraft, RefusesGroupsTooDeepToBeStored) {
  int accepted = 0;
  for (int depth = 1; depth <= 40; ++depth) {
    SweepDraft draft = GoodDraft();
    ParameterDraft parameter = draft.parameters.value->at(0);
    for (int i = 0; i < depth; ++i) {
      ParameterDraft group;
      group.name = "g";
      group.parameters.value = std::vector<ParameterDraft>{parameter};
      parameter = group;
    }
    draft.parameters.value = std::vector<ParameterDraft>{parameter};
    ProblemList found;
    const std::optional<ValidSpec> valid = ValidateDraft(draft, found);
    if (!valid.has_value()) {
      EXPECT_EQ(
          FormatProblem(found.problems.at(0)),
          "parameters: groups and values are nested more than 64 levels deep (a group counts two levels, a list or "
          "a map one)");
      continue;
    }
    ++accepted;
    const absl::StatusOr<Value> stored = ParseJson(ToJson(SpecToValue(valid->spec)));
    ASSERT_TRUE(stored.ok()) << depth;
    EXPECT_EQ(*SpecFromValue(*stored), valid->spec);
  }
  EXPECT_EQ(accepted, 30);
}

TEST(ValidateDraft, DoesNotMissWhatWasReportedAsFaulty) {
  SweepDraft draft;
  draft.method.is_faulty = true;
  draft.parameters.is_faulty = true;
  draft.program.is_faulty = true;
  draft.metric.is_faulty = true;
  EXPECT_THAT(ProblemsOf(draft), IsEmpty());
}

TEST(ValidateDraft, WarnsThatASweepWithoutRunCapHasNoEnd) {
  SweepDraft draft = GoodDraft();
  draft.run_cap.value.reset();
  ProblemList found;
  ASSERT_TRUE(ValidateDraft(draft, found).has_value());
  ASSERT_EQ(found.warnings.size(), 1u);
  EXPECT_EQ(FormatProblem(found.warnings[0]),
            "run_cap: without run_cap this sweep runs until it is stopped (for example run_cap: 100)");
}

}  // namespace
}  // namespace sweepd
