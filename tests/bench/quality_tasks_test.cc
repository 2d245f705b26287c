#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "bench/quality/commands.h"
#include "bench/quality/instance.h"
#include "bench/quality/suites.h"
#include "bench/quality/table.h"
#include "bench/quality/task.h"

namespace sweepd::quality {
namespace {

const std::vector<Task>& Tasks() {
  static const auto& tasks = *new std::vector<Task>(*AllTasks(SWEEPD_BENCH_DATA));
  return tasks;
}

const Task& Named(const std::string& name) {
  return *std::find_if(Tasks().begin(), Tasks().end(), [&](const Task& task) { return task.name == name; });
}

Assignment Drawn(const Task& task, Rng& rng) {
  return task.space.Assign([&](size_t i) { return ValueAt(task.space.parameters()[i].distribution, rng.NextUnit()); });
}

// The assignment at the shifts, with the categories that the index spells in mixed radix.
Assignment AtShifts(const Task& task, uint64_t seed, uint64_t categories) {
  return task.space.Assign([&](size_t i) {
    const Distribution& law = task.space.parameters()[i].distribution;
    if (!std::holds_alternative<Categorical>(law)) return ValueAt(law, Shift(seed, static_cast<int64_t>(i)));
    const uint64_t values = *ValueCount(law);
    const Value value = NthValue(law, categories % values);
    categories /= values;
    return value;
  });
}

TEST(QualityTasks, ShiftIsTheFormulaOfTheFigures) {
  for (const uint64_t seed : {0u, 3u, 19u}) {
    for (int j = 0; j < 8; ++j) {
      const double product = std::sin(12.9898 * static_cast<double>(seed) + 78.233 * (j + 1)) * 43758.5453;
      const double fraction = product - std::floor(product);
      EXPECT_DOUBLE_EQ(Shift(seed, j), 0.1 + 0.8 * fraction);
    }
  }
}

TEST(QualityTasks, ShiftedFunctionsReachTheirMinimumAtTheShift) {
  for (const char* name : {"ackley5", "levy6", "rosen4", "styb8", "ackley20"}) {
    for (const uint64_t seed : {0u, 7u}) {
      const Task& task = Named(name);
      Assignment assignment;
      for (size_t j = 0; j < task.space.parameters().size(); ++j) {
        assignment["x" + std::to_string(j + 1)] = Shift(seed, static_cast<int64_t>(j));
      }
      EXPECT_NEAR(task.evaluate(assignment, seed, 1).truth, task.optimum(seed), 1e-6) << name;
    }
  }
}

TEST(QualityTasks, TheOthersReachTheirMinimumWhereTheLiteratureSays) {
  EXPECT_NEAR(Named("branin2").evaluate({{"x1", (3.14159265 + 5) / 15}, {"x2", 2.275 / 15}}, 5, 1).truth,
              Named("branin2").optimum(5), 1e-6);
  EXPECT_NEAR(Named("michal5")
                  .evaluate({{"x1", 2.202906 / 3.14159265},
                             {"x2", 1.570796 / 3.14159265},
                             {"x3", 1.284992 / 3.14159265},
                             {"x4", 1.923058 / 3.14159265},
                             {"x5", 1.720470 / 3.14159265}},
                            5, 1)
                  .truth,
              Named("michal5").optimum(5), 1e-5);
}

TEST(QualityTasks, HaveDifferentNamesAndBothHalves) {
  std::map<std::string, std::map<Half, int>> halves;
  std::set<std::string> names;
  for (const Task& task : Tasks()) {
    EXPECT_TRUE(names.insert(task.name).second) << task.name;
    ++halves[task.suite][task.half];
  }
  EXPECT_EQ(halves["A"][Half::kTuning], 8);
  EXPECT_GE(halves["B"][Half::kTuning], 10);
  EXPECT_GE(halves["B"][Half::kHeldOut], 10);
  EXPECT_GE(halves["C"][Half::kTuning], 5);
  EXPECT_GE(halves["C"][Half::kHeldOut], 5);
  EXPECT_GE(halves["D"][Half::kTuning], 3);
}

TEST(QualityTasks, NoAssignmentIsBetterThanTheOptimum) {
  for (const Task& task : Tasks()) {
    Rng rng(1, 2);
    const double optimum = task.optimum(4);
    for (int trial = 1; trial <= 60; ++trial) {
      const Assignment assignment = Drawn(task, rng);
      ASSERT_TRUE(task.space.CheckAssignment(assignment).ok()) << task.name;
      const Measurement measurement = task.evaluate(assignment, 4, trial);
      EXPECT_TRUE(std::isnan(measurement.truth) || measurement.truth >= optimum - 1e-9) << task.name;
      EXPECT_TRUE(!measurement.objective.has_value() || std::isfinite(*measurement.objective)) << task.name;
    }
  }
}

TEST(QualityTasks, OfSuiteBReachTheOptimumThatTheyClaim) {
  // Of these the optimum comes from a search, or depends on more than the shifts.
  const std::set<std::string> elsewhere = {"categories_pairs", "switches_nk",     "tiny_12",
                                           "tiny_108",         "mixed_ackley",    "noisy_branin",
                                           "noisy_hartmann6",  "random_failures", "irrelevant_hartmann6"};
  for (const Task& task : Tasks()) {
    if (task.suite != "B" || elsewhere.contains(task.name)) continue;
    uint64_t combinations = 1;
    for (const Parameter& parameter : task.space.parameters()) {
      if (std::holds_alternative<Categorical>(parameter.distribution))
        combinations *= *ValueCount(parameter.distribution);
    }
    for (const uint64_t seed : {0u, 11u}) {
      double least = INFINITY;
      for (uint64_t categories = 0; categories < combinations; ++categories) {
        const double truth = task.evaluate(AtShifts(task, seed, categories), seed, 1).truth;
        if (truth < least) least = truth;
      }
      EXPECT_NEAR(least, task.optimum(seed), task.resolution) << task.name << " seed " << seed;
    }
  }
}

TEST(QualityTasks, MeasureTheSameForTheSameTrialAndNoisyOnesNotForAnother) {
  for (const char* name : {"noisy_branin", "noisy_hartmann6", "heavy_tails", "noisy_mixed"}) {
    Rng rng(5, 6);
    const Task& task = Named(name);
    const Assignment assignment = Drawn(task, rng);
    EXPECT_EQ(task.evaluate(assignment, 1, 3).objective, task.evaluate(assignment, 1, 3).objective);
    EXPECT_NE(task.evaluate(assignment, 1, 3).objective, task.evaluate(assignment, 1, 4).objective);
    EXPECT_EQ(task.evaluate(assignment, 1, 3).truth, task.evaluate(assignment, 1, 4).truth);
  }
}

TEST(QualityTasks, FailWhereTheySayAndNotOnlyThere) {
  for (const char* name : {"failing_half", "failing_balls", "random_failures"}) {
    const Task& task = Named(name);
    int failed = 0;
    for (uint64_t seed = 0; seed < 20; ++seed) {
      Rng rng(7, seed);
      for (int trial = 1; trial <= 20; ++trial) {
        failed += task.evaluate(Drawn(task, rng), seed, trial).objective.has_value() ? 0 : 1;
      }
    }
    EXPECT_GT(failed, 20) << name;
    EXPECT_LT(failed, 320) << name;
  }
}

TEST(QualityTasks, OfTablesKnowTheBestRowOfTheirFile) {
  for (const Task& task : Tasks()) {
    if (task.suite != "C") continue;
    std::ifstream file(std::string(SWEEPD_BENCH_DATA) + "/" + task.name + ".csv");
    std::string line;
    std::getline(file, line);
    double least = INFINITY;
    uint64_t rows = 0;
    for (; std::getline(file, line); ++rows) least = std::min(least, std::stod(line.substr(line.rfind(',') + 1)));
    EXPECT_EQ(task.optimum(0), least) << task.name;
    EXPECT_EQ(task.space.GridSize(), rows) << task.name;
    EXPECT_GE(rows, 200u) << task.name;
  }
}

TEST(QualityTasks, AreChosenBySuiteHalfAndName) {
  EXPECT_EQ(Choose(Tasks(), {{"A"}, "all", {}})->size(), 8u);
  EXPECT_EQ(Choose(Tasks(), {{"B"}, "heldout", {"tiny_108", "tiny_12"}})->size(), 1u);
  EXPECT_FALSE(Choose(Tasks(), {{}, "all", {"no_such_task"}}).ok());
  EXPECT_FALSE(Choose(Tasks(), {{"A"}, "heldout", {}}).ok());
}

TEST(QualityEvaluate, AnswersEachLineAndSaysWhatIsWrong) {
  std::istringstream in(R"({"task":"branin2","seed":1,"trial":1,"assignment":{"x1":0.5,"x2":0.5}})"
                        "\n"
                        R"({"task":"branin2","seed":1,"trial":2,"assignment":{"x1":0.5}})"
                        "\n"
                        R"({"task":"nothing","seed":1,"trial":1,"assignment":{}})"
                        "\n");
  std::ostringstream out;
  ServeEvaluations(Tasks(), in, out);
  std::istringstream lines(out.str());
  std::string line;
  std::getline(lines, line);
  EXPECT_NEAR(ParseJson(line)->as_map().at("objective").as_double(), 24.1299, 1e-3);
  std::getline(lines, line);
  EXPECT_TRUE(ParseJson(line)->as_map().contains("error"));
  std::getline(lines, line);
  EXPECT_TRUE(ParseJson(line)->as_map().contains("error"));
}

struct BadTable {
  const char* what;
  const char* text;
};

TEST(QualityTable, RefusesWhatIsNoFullGrid) {
  const BadTable cases[] = {
      {"no rows", "a:int,error\n"},
      {"no error column", "a:int\n1\n"},
      {"a column without kind", "a,error\n1,0.5\n"},
      {"a missing combination", "a:int,b:kind,error\n1,x,0.5\n2,x,0.5\n1,y,0.5\n"},
      {"a row twice", "a:int,error\n1,0.5\n1,0.6\n2,0.5\n"},
      {"a word for an integer", "a:int,error\nx,0.5\n1,0.5\n"},
      {"a missing cell", "a:int,b:int,error\n1,0.5\n"},
      {"a value where there is none", "k:kind,a:int?k=x,error\nx,1,0.5\nx,2,0.5\ny,1,0.4\n"},
  };
  for (const BadTable& bad : cases) EXPECT_FALSE(Table::Parse(bad.text).ok()) << bad.what;
}

TEST(QualityTable, ReadsConditions) {
  const absl::StatusOr<Table> table = Table::Parse("k:kind,a:int?k=x,error\nx,1,0.5\nx,2,0.3\ny,,0.4\n");
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->rows(), 3u);
  EXPECT_EQ(table->least(), 0.3);
  EXPECT_EQ(table->median(), 0.4);
  EXPECT_EQ(table->ErrorOf({{"k", "y"}}), 0.4);
  EXPECT_EQ(table->ErrorOf({{"k", "x"}, {"a", 1}}), 0.5);
}

}  // namespace
}  // namespace sweepd::quality
