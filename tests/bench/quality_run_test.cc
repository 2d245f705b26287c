#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "bench/quality/commands.h"
#include "bench/quality/results_file.h"
#include "bench/quality/suites.h"
#include "bench/quality/virtual_run.h"

namespace sweepd::quality {
namespace {

Task Named(const std::vector<Task>& tasks, const std::string& name) {
  for (const Task& task : tasks) {
    if (task.name == name) return task;
  }
  return {};
}

Task WithWorkers(int64_t workers, int64_t budget) {
  Task task = Named(FunctionTasks(), "hartmann6");
  task.workers = workers;
  task.budget = budget;
  return task;
}

std::vector<double> TruthsOf(const Task& task, const std::string& method, uint64_t seed) {
  const auto suggester = MakeSuggester(method, task, seed);
  EXPECT_TRUE(suggester.ok()) << suggester.status();
  const auto record = RunTask(task, seed, **suggester);
  EXPECT_TRUE(record.ok()) << record.status();
  std::vector<double> truths;
  for (const Measurement& trial : record->trials) truths.push_back(trial.truth);
  return truths;
}

TEST(VirtualRun, IsTheSameEveryTime) {
  for (const char* method : {"bayes", "random", "sobol", "bayes-ignoring-pending"}) {
    const Task task = WithWorkers(4, 14);
    EXPECT_EQ(TruthsOf(task, method, 3), TruthsOf(task, method, 3)) << method;
    EXPECT_NE(TruthsOf(task, method, 3), TruthsOf(task, method, 4)) << method;
  }
}

// Writes down who is told when.
class RecordingSuggester : public Suggester {
 public:
  explicit RecordingSuggester(int64_t points) : points_(points) {}

  absl::StatusOr<std::optional<Suggestion>> Ask() override {
    if (asked_ == points_) return std::nullopt;
    most_open_ = std::max(most_open_, ++asked_ - static_cast<int64_t>(told_.size()));
    Assignment assignment;
    for (int j = 1; j <= 6; ++j) assignment["x" + std::to_string(j)] = 0.01 * static_cast<double>(asked_);
    return Suggestion{asked_, assignment};
  }
  absl::Status Tell(int64_t number, std::optional<double>) override {
    told_.push_back(number);
    return absl::OkStatus();
  }

  const std::vector<int64_t>& told() const { return told_; }
  int64_t most_open() const { return most_open_; }

 private:
  int64_t points_;
  int64_t asked_ = 0;
  int64_t most_open_ = 0;
  std::vector<int64_t> told_;
};

TEST(VirtualRun, EndsTrialsInTheOrderOfTheirDurations) {
  const Task task = WithWorkers(3, 30);
  RecordingSuggester suggester(30);
  ASSERT_TRUE(RunTask(task, 5, suggester).ok());
  EXPECT_EQ(suggester.most_open(), 3);
  // A plain model of it: each worker takes the next trial when it is free.
  std::map<double, int64_t> free_workers = {{0, 0}, {1e-12, 1}, {2e-12, 2}};
  std::map<double, int64_t> ends;
  for (int64_t trial = 1; trial <= 30; ++trial) {
    const double from = free_workers.begin()->first;
    free_workers.erase(free_workers.begin());
    ends[from + VirtualDuration(task, 5, trial)] = trial;
    free_workers[from + VirtualDuration(task, 5, trial)] = trial;
  }
  std::vector<int64_t> expected;
  for (const auto& [end, trial] : ends) expected.push_back(trial);
  EXPECT_EQ(suggester.told(), expected);
  EXPECT_FALSE(std::is_sorted(expected.begin(), expected.end()));
}

TEST(VirtualRun, OfOneWorkerIsInTurnAndEndsWithTheSpace) {
  const Task task = WithWorkers(1, 30);
  RecordingSuggester suggester(7);
  const auto record = RunTask(task, 5, suggester);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(suggester.told(), (std::vector<int64_t>{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(record->trials.size(), 7u);
  EXPECT_EQ(record->distinct, 7);
}

TEST(VirtualRun, CoversATinySpaceWithoutADuplicate) {
  const Task task = Named(DiscreteTasks(), "tiny_12");
  const auto suggester = MakeSuggester("bayes", task, 1);
  const auto record = RunTask(task, 1, **suggester);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->distinct, 12);
  const auto after = (*suggester)->Ask();
  ASSERT_TRUE(after.ok());
  EXPECT_FALSE(after->has_value());
}

TEST(VirtualRun, TellsFailures) {
  Task task = Named(DisturbedTasks(), "random_failures");
  task.budget = 20;
  const auto suggester = MakeSuggester("random", task, 2);
  const auto record = RunTask(task, 2, **suggester);
  ASSERT_TRUE(record.ok());
  const Value::Map line = RecordToValue(*record, task, "random", 2);
  int failed = 0;
  for (size_t i = 0; i < record->trials.size(); ++i) {
    const bool is_null = line.at("objective").as_list()[i].is_null();
    EXPECT_EQ(is_null, !record->trials[i].objective.has_value());
    failed += is_null ? 1 : 0;
  }
  EXPECT_GT(failed, 0);
  EXPECT_LT(failed, 20);
}

TEST(Suggester, NamesTheMethodsWhenOneIsUnknown) {
  const auto suggester = MakeSuggester("simplex", WithWorkers(1, 5), 0);
  ASSERT_FALSE(suggester.ok());
  EXPECT_NE(suggester.status().message().find("bayes"), std::string::npos);
}

class ResultsFileTest : public testing::Test {
 protected:
  ~ResultsFileTest() override { std::filesystem::remove(path_); }

  std::string Text() const {
    std::ifstream file(path_);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  const std::string path_ =
      testing::TempDir() + "results_" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".jsonl";
};

TEST_F(ResultsFileTest, HoldsWhatWasAppended) {
  {
    auto results = ResultsFile::Open(path_);
    ASSERT_TRUE(results.ok());
    EXPECT_TRUE(results->Append({{"task", "a"}, {"method", "m"}, {"seed", 1}}).ok());
  }
  auto results = ResultsFile::Open(path_);
  ASSERT_TRUE(results.ok());
  EXPECT_TRUE(results->Holds("a", "m", 1));
  EXPECT_FALSE(results->Holds("a", "m", 2));
  EXPECT_FALSE(results->Holds("b", "m", 1));
}

TEST_F(ResultsFileTest, DropsALastLineThatWasCutOff) {
  const std::string whole = R"({"task":"a","method":"m","seed":1})"
                            "\n";
  std::ofstream(path_) << whole << R"({"task":"a","meth)";
  auto results = ResultsFile::Open(path_);
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_TRUE(results->Holds("a", "m", 1));
  EXPECT_EQ(Text(), whole);
}

TEST_F(ResultsFileTest, RefusesAFileOfSomethingElse) {
  std::ofstream(path_) << "not a result\n";
  EXPECT_FALSE(ResultsFile::Open(path_).ok());
  EXPECT_EQ(Text(), "not a result\n");
}

TEST_F(ResultsFileTest, LetsARunGoOnWhereItStopped) {
  const std::vector<Task> tasks = {WithWorkers(1, 3)};
  RunFlags flags;
  flags.method = "random";
  flags.seeds = 1;
  flags.out = path_;
  ASSERT_TRUE(RunMethod(tasks, flags).ok());
  const std::string first = Text();
  flags.seeds = 2;
  ASSERT_TRUE(RunMethod(tasks, flags).ok());
  EXPECT_EQ(Text().substr(0, first.size()), first);
  EXPECT_GT(Text().size(), first.size());
}

}  // namespace
}  // namespace sweepd::quality
