#include <limits>

#include "absl/strings/str_cat.h"
#include "tests/store/samples.h"
#include "tests/store/store_contract.h"

namespace sweepd {

void MetricsContract::SetUp() {
  StoreContract::SetUp();
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  HaveAttempt(SampleAttempt(kTrial, 1, AttemptState::kFailed));
  HaveAttempt(SampleAttempt(kTrial, 2));
}

void MetricsContract::HaveReports(int64_t attempt, const std::vector<MetricReport>& reports) {
  Commit([&] { ASSERT_OK(store().AppendReports(kTrial, attempt, reports)); });
}

std::vector<std::string> MetricsContract::PointsOf(const MetricQuery& query) {
  const auto points = store().ListMetrics(kTrial, query);
  EXPECT_OK(points);
  std::vector<std::string> names;
  for (const MetricPoint& point : points.value_or(std::vector<MetricPoint>())) {
    names.push_back(absl::StrCat(point.name, "/", point.step, "/", point.sequence));
  }
  return names;
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
TEST_P(MetricsContract, ReturnsAPointAsItWasReported) {
  HaveReports(2, {SampleReport(3, 7, {{"loss", 0.1}})});
  ASSERT_OK_AND_ASSIGN(const auto points, store().ListMetrics(kTrial, {{}, 2, std::nullopt, 9}));
  ASSERT_EQ(points.size(), 1u);
  EXPECT_EQ(Describe(points[0]), Describe(MetricPoint{"loss", 7, 2, 3, 0.1, At(1003)}));
}

TEST_P(MetricsContract, KeepsValuesBitExact) {
  const double values[] = {0.0,
                           -0.0,
                           1.0,
                           -17.0,
                           0.1,
                           1e308,
                           5e-324,
                           kInfinity,
                           -kInfinity,
                           DoubleOf(0x7ff8000000000000),
                           DoubleOf(0xfff8000000000000),
                           DoubleOf(0x7ff0000000000001),
                           DoubleOf(0xffffffffffffffff),
                           9007199254740993.0,
                           -9.3e18};
  std::vector<MetricReport> reports;
  std::vector<std::string> expected;
  for (const double value : values) {
    const int64_t sequence = static_cast<int64_t>(reports.size()) + 1;
    reports.push_back(SampleReport(sequence, sequence, {{"loss", value}}));
    expected.push_back(Describe(MetricPoint{"loss", sequence, 2, sequence, value, At(1000 + sequence)}));
  }
  HaveReports(2, reports);
  EXPECT_EQ(Describe(*store().ListMetrics(kTrial, {{}, 2, std::nullopt, 99})), expected);
}

TEST_P(MetricsContract, OrdersPointsByNameThenStepThenSequence) {
  HaveReports(2, {SampleReport(1, 5, {{"loss", 1}, {"acc", 1}}), SampleReport(2, -5, {{"loss", 2}}),
                  SampleReport(3, 5, {{"loss", 3}, {"Acc", 3}, {"épsilon", 1}})});
  EXPECT_THAT(PointsOf({{}, 2, std::nullopt, 99}),
              ElementsAre("Acc/5/3", "acc/5/1", "loss/-5/2", "loss/5/1", "loss/5/3", "épsilon/5/3"));
}

TEST_P(MetricsContract, PagesThroughPointsInPagesOfEverySize) {
  std::vector<MetricReport> reports;
  for (int64_t i = 1; i <= 5; ++i) reports.push_back(SampleReport(i, i / 2, {{"b", 1}, {"a", 2}, {"c", 3}}));
  HaveReports(2, reports);
  const auto all = PointsOf({{}, 2, std::nullopt, 99});
  ASSERT_EQ(all.size(), 15u);
  for (const int64_t limit : {1, 2, 4, 5, 6, 15}) {
    std::vector<std::string> seen;
    MetricQuery query{{}, 2, std::nullopt, limit};
    while (true) {
      ASSERT_OK_AND_ASSIGN(const auto page, store().ListMetrics(kTrial, query));
      if (page.empty()) break;
      ASSERT_LE(static_cast<int64_t>(page.size()), limit);
      for (const auto& name : PointsOf(query)) seen.push_back(name);
      query.after = page.back();
    }
    EXPECT_EQ(seen, all) << "in pages of " << limit;
  }
}

TEST_P(MetricsContract, GivesTheAskedNamesOnly) {
  HaveReports(2, {SampleReport(1, 1, {{"a", 1}, {"b", 2}, {"c", 3}})});
  EXPECT_THAT(PointsOf({{"c", "a", "never reported"}, 2, std::nullopt, 9}), ElementsAre("a/1/1", "c/1/1"));
  EXPECT_THAT(PointsOf({{"c", "a"}, 2, MetricPoint{"a", 1, 2, 1, 0.0, At(0)}, 9}), ElementsAre("c/1/1"));
  EXPECT_THAT(PointsOf({{"never reported"}, 2, std::nullopt, 9}), IsEmpty());
  EXPECT_THAT(PointsOf({{"a", "a"}, 2, std::nullopt, 9}), ElementsAre("a/1/1"));
}

TEST_P(MetricsContract, GoesOnAfterAPointWhoseNameIsNotThere) {
  HaveReports(2, {SampleReport(1, 1, {{"a", 1}, {"c", 3}})});
  EXPECT_THAT(PointsOf({{}, 2, MetricPoint{"b", 9, 2, 9, 0.0, At(0)}, 9}), ElementsAre("c/1/1"));
}

TEST_P(MetricsContract, KeepsTheAttemptsOfATrialApart) {
  HaveReports(1, {SampleReport(1, 1, {{"old", 1}, {"loss", 1}})});
  HaveReports(2, {SampleReport(1, 2, {{"loss", 1}})});
  EXPECT_THAT(PointsOf({{}, 1, std::nullopt, 9}), ElementsAre("loss/1/1", "old/1/1"));
  EXPECT_THAT(PointsOf({{}, 0, std::nullopt, 9}), ElementsAre("loss/2/1"));
  EXPECT_THAT(*store().ListMetricNames(kTrial, 1), ElementsAre("loss", "old"));
  EXPECT_THAT(*store().ListMetricNames(kTrial, 0), ElementsAre("loss"));
}

TEST_P(MetricsContract, ListsTheNamesAnAttemptReportedSorted) {
  EXPECT_THAT(*store().ListMetricNames(kTrial, 2), IsEmpty());
  HaveReports(2, {SampleReport(1, 1, {{"z", 1}, {"b", 1}}), SampleReport(2, 1, {{"b", 1}, {"B", 1}})});
  EXPECT_THAT(*store().ListMetricNames(kTrial, 2), ElementsAre("B", "b", "z"));
}

TEST_P(MetricsContract, HasNoPointsBeforeTheFirstAttempt) {
  Trial trial = SampleTrial("aaaaaaaa", 5);
  trial.attempt = 0;
  HaveTrial(trial);
  EXPECT_THAT(*store().ListMetrics(trial.key, {{}, 0, std::nullopt, 9}), IsEmpty());
  EXPECT_THAT(*store().ListMetricNames(trial.key, 0), IsEmpty());
}

TEST_P(MetricsContract, SaysThatATrialOrAttemptIsAbsent) {
  EXPECT_THAT(store().ListMetrics({"aaaaaaaa", 9}, {{}, 1, std::nullopt, 9}),
              StatusIsCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(store().ListMetrics(kTrial, {{}, 9, std::nullopt, 9}), StatusIsCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(store().ListMetricNames(kTrial, 9), StatusIsCode(absl::StatusCode::kNotFound));
  Commit([&] {
    EXPECT_THAT(store().AppendReports(kTrial, 9, {SampleReport(1, 1, {{"a", 1}})}),
                StatusIsCode(absl::StatusCode::kNotFound));
  });
}

TEST_P(MetricsContract, RaisesTheAcknowledgedSequenceOfTheAttemptWithItsReports) {
  const auto acked = [&] { return store().FindAttempt(kTrial, 2)->acked_sequence; };
  const int64_t before = acked();
  HaveReports(2, {SampleReport(before + 1, 1, {{"a", 1}}), SampleReport(before + 2, 2, {})});
  EXPECT_EQ(acked(), before + 2);
  HaveReports(2, {SampleReport(before + 1, 3, {{"a", 1}})});
  EXPECT_EQ(acked(), before + 2);
  ASSERT_OK(store().Begin());
  ASSERT_OK(store().Savepoint());
  ASSERT_OK(store().AppendReports(kTrial, 2, {SampleReport(before + 3, 4, {{"a", 1}})}));
  EXPECT_EQ(acked(), before + 3);
  ASSERT_OK(store().RollbackToSavepoint());
  ASSERT_OK(store().Commit());
  EXPECT_EQ(acked(), before + 2);
}

TEST_P(MetricsContract, StoresAllReportsOfACallOrNone) {
  HaveReports(2, {SampleReport(2, 2, {{"a", 1}})});
  Commit([&] {
    EXPECT_THAT(
        store().AppendReports(kTrial, 2, {SampleReport(1, 1, {{"a", 1}, {"new", 1}}), SampleReport(2, 2, {{"a", 1}})}),
        StatusIsCode(absl::StatusCode::kAlreadyExists));
  });
  EXPECT_THAT(PointsOf({{}, 2, std::nullopt, 9}), ElementsAre("a/2/2"));
  HaveReports(2, {SampleReport(3, 3, {{"new", 1}})});
  EXPECT_THAT(PointsOf({{}, 2, std::nullopt, 9}), ElementsAre("a/2/2", "new/3/3"));
}

TEST_P(MetricsContract, ForgetsNamesThatWereRolledBack) {
  ASSERT_OK(store().Begin());
  ASSERT_OK(store().Savepoint());
  ASSERT_OK(store().AppendReports(kTrial, 2, {SampleReport(1, 1, {{"first", 1}})}));
  ASSERT_OK(store().RollbackToSavepoint());
  ASSERT_OK(store().AppendReports(kTrial, 2, {SampleReport(1, 1, {{"second", 1}})}));
  store().Rollback();
  HaveReports(2, {SampleReport(1, 1, {{"first", 1}, {"third", 1}}), SampleReport(2, 2, {{"second", 1}})});
  EXPECT_THAT(PointsOf({{}, 2, std::nullopt, 9}), ElementsAre("first/1/1", "second/2/2", "third/1/1"));
}

}  // namespace
}  // namespace sweepd
