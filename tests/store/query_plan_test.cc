// Every statement of a busy controller finds its rows by an index.
#include <sqlite3.h>

#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/store/sqlite/migrations.h"
#include "server/store/sqlite/rows.h"
#include "tests/store/samples.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {
namespace {

using testing::HasSubstr;
using testing::Not;

const TrialKey kTrial = {"aaaaaaaa", 1};

class QueryPlan : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(connection_, Connection::OpenWriter(folder_.File("x.sqlite3")));
    ASSERT_OK(Migrate(*connection_, Migrations()));
    rows_ = std::make_unique<Rows>(*connection_, Access::kReader);
    ASSERT_OK(rows_->sweeps.Insert(SampleSweep("aaaaaaaa")));
    ASSERT_OK(rows_->trials.Insert(SampleTrial("aaaaaaaa", 1)));
    ASSERT_OK(rows_->attempts.Insert(SampleAttempt(kTrial, 1)));
    ASSERT_EQ(sqlite3_open(folder_.File("x.sqlite3").c_str(), &explainer_), SQLITE_OK);
  }

  void TearDown() override { sqlite3_close(explainer_); }

  // SQLite's description of how it runs the statement, one step a line.
  std::string PlanOf(absl::string_view sql) {
    std::vector<std::string> lines;
    const auto add_line = [](void* context, int, char** values, char**) {
      static_cast<std::vector<std::string>*>(context)->push_back(values[3]);
      return 0;
    };
    const std::string explain = absl::StrCat("EXPLAIN QUERY PLAN ", sql);
    EXPECT_EQ(sqlite3_exec(explainer_, explain.c_str(), add_line, &lines, nullptr), SQLITE_OK) << sql;
    return absl::StrJoin(lines, "\n");
  }

  // The plan of the prepared statement that holds `part`.
  std::string PlanOfStatementWith(absl::string_view part) {
    for (const absl::string_view sql : connection_->prepared()) {
      if (absl::StrContains(sql, part)) return PlanOf(sql);
    }
    ADD_FAILURE() << "no statement holds " << part;
    return "";
  }

  TemporaryFolder folder_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Rows> rows_;
  sqlite3* explainer_ = nullptr;
};

TEST_F(QueryPlan, OfEveryHotStatementReadsNoWholeTableAndSortsNothing) {
  ASSERT_OK(rows_->sweeps.Find("aaaaaaaa"));
  ASSERT_OK(rows_->sweeps.Update(SampleSweep("aaaaaaaa")));
  ASSERT_OK(rows_->trials.Find(kTrial));
  ASSERT_OK(rows_->trials.Update(SampleTrial("aaaaaaaa", 1)));
  ASSERT_OK(rows_->trials.FindRunnable("aaaaaaaa"));
  ASSERT_OK(rows_->trials.FindBest("aaaaaaaa"));
  ASSERT_OK(rows_->trials.List("aaaaaaaa", {{}, TrialOrder::kNumber, 0, 9}));
  ASSERT_OK(rows_->trials.List("aaaaaaaa", {{}, TrialOrder::kNumberReverse, 0, 9}));
  ASSERT_OK(rows_->attempts.Find(kTrial, 1));
  ASSERT_OK(rows_->attempts.Update(SampleAttempt(kTrial, 1)));
  ASSERT_OK(rows_->attempts.FindByRequest("agent-a", "1"));
  ASSERT_OK(rows_->stops.Insert(kTrial, 1, SampleStop(2, 1)));
  ASSERT_OK(rows_->metrics.Append(kTrial, 1, {SampleReport(1, 1, {{"loss", 1}})}));
  ASSERT_OK(rows_->metrics.List(kTrial, {{}, 1, std::nullopt, 9}));
  ASSERT_OK(rows_->responses.Find("r"));
  ASSERT_OK(rows_->events.Append("aaaaaaaa", SampleEvent(1)));
  ASSERT_OK(rows_->events.List("aaaaaaaa", 0, 9));
  ASSERT_OK(rows_->sweeps.Delete("aaaaaaaa"));
  for (const absl::string_view sql : connection_->prepared()) {
    const std::string plan = PlanOf(sql);
    for (const char* table : {"sweeps", "sweep_definitions", "trials", "attempts", "metric_points", "metric_names",
                              "events", "agents", "responses", "stop_decisions"}) {
      EXPECT_THAT(plan, Not(HasSubstr(absl::StrCat("SCAN ", table)))) << sql;
    }
    // The names of one attempt are few, and sorted as names.
    const bool may_sort = absl::StrContains(sql, "ORDER BY name");
    EXPECT_TRUE(may_sort || !absl::StrContains(plan, "TEMP B-TREE")) << sql << "\n" << plan;
  }
}

TEST_F(QueryPlan, OfTheBestTrialUsesItsIndexInBothDirections) {
  ASSERT_OK(rows_->sweeps.Insert(SampleSweep("bbbbbbbb", Goal::kMaximize)));
  ASSERT_OK(rows_->trials.FindBest("aaaaaaaa"));
  ASSERT_OK(rows_->trials.FindBest("bbbbbbbb"));
  for (const char* aggregate : {"min(objective)", "max(objective)"}) {
    const std::string plan = PlanOfStatementWith(aggregate);
    EXPECT_THAT(plan, HasSubstr("USING INDEX trials_best (sweep_key=? AND objective=?)"));
    EXPECT_THAT(plan, HasSubstr("trials_best (sweep_key=? AND objective>? AND objective<?)"));
  }
}

TEST_F(QueryPlan, OfTheBestMeanUsesItsIndexInBothDirections) {
  for (const auto& [id, goal] : {std::pair("bbbbbbbb", Goal::kMinimize), {"cccccccc", Goal::kMaximize}}) {
    Sweep sweep = SampleSweep(id, goal);
    SweepSpec spec = *sweep.spec;
    spec.repeats = 2;
    sweep.spec = std::make_shared<const SweepSpec>(spec);
    ASSERT_OK(rows_->sweeps.Insert(sweep));
    ASSERT_OK(rows_->trials.FindBest(id));
  }
  for (const char* aggregate : {"min(mean)", "max(mean)"}) {
    const std::string plan = PlanOfStatementWith(aggregate);
    EXPECT_THAT(plan, HasSubstr("USING INDEX trials_best_mean (sweep_key=? AND mean=?)"));
    EXPECT_THAT(plan, HasSubstr("trials_best_mean (sweep_key=?"));
    EXPECT_THAT(plan, Not(HasSubstr("TEMP B-TREE")));
  }
}

TEST_F(QueryPlan, OfTheRunnableTrialAndOfRunningAttemptsUsesTheirIndexes) {
  ASSERT_OK(rows_->trials.FindRunnable("aaaaaaaa"));
  ASSERT_OK(rows_->attempts.ListRunning());
  EXPECT_THAT(PlanOfStatementWith("'PENDING'"), HasSubstr("USING INDEX trials_runnable (sweep_key=?)"));
  EXPECT_THAT(PlanOfStatementWith("attempts.state = 'RUNNING'"), HasSubstr("attempts USING INDEX attempts_running"));
}

}  // namespace
}  // namespace sweepd
