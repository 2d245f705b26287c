#include "agent/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/agent/fake_controller.h"
#include "tests/support/status_matchers.h"

namespace sweepd::agent {
namespace {

MetricReport Report(int64_t step, const std::string& metric = "loss") {
  return {0, step, absl::UnixEpoch(), {{metric, static_cast<double>(step)}}};
}

class OutboxTest : public testing::Test {
 protected:
  std::unique_ptr<Outbox> Open(const OutboxLimits& limits = {}) {
    return std::make_unique<Outbox>(
        lease_.ref, controller_, give_up_, RetryPolicy{absl::Milliseconds(1), absl::Milliseconds(5)}, Rng(1, 0),
        [this](Directive directive) {
          absl::MutexLock lock(&mutex_);
          directives_.push_back(directive);
        },
        limits);
  }

  void AwaitDirective() {
    absl::MutexLock lock(&mutex_);
    const auto came = [this] { return !directives_.empty(); };
    mutex_.AwaitWithTimeout(absl::Condition(&came), kPatience);
  }

  // Sequences and steps as the controller stored them.
  void ExpectStored(const std::vector<int64_t>& steps) {
    const std::vector<MetricReport> reports = controller_.Reports(1);
    ASSERT_EQ(reports.size(), steps.size());
    for (size_t i = 0; i < steps.size(); ++i) {
      EXPECT_EQ(reports[i].sequence, static_cast<int64_t>(i) + 1);
      EXPECT_EQ(reports[i].step, steps[i]);
    }
  }

  SystemClock clock_;
  Deadline give_up_{clock_};
  FakeController controller_;
  const Lease lease_ = controller_.AddTrial({});
  absl::Mutex mutex_;
  std::vector<Directive> directives_;
};

TEST_F(OutboxTest, DeliversInOrder) {
  const auto outbox = Open();
  std::vector<int64_t> steps;
  for (int64_t step = 1; step <= 2000; ++step) {
    EXPECT_TRUE(outbox->Add(Report(step)));
    steps.push_back(step);
  }
  ASSERT_OK_AND_ASSIGN(const int64_t last, outbox->Flush());
  EXPECT_EQ(last, 2000);
  ExpectStored(steps);
}

TEST_F(OutboxTest, FlushesNothingAsSequenceZero) {
  const auto outbox = Open();
  ASSERT_OK_AND_ASSIGN(const int64_t last, outbox->Flush());
  EXPECT_EQ(last, 0);
}

TEST_F(OutboxTest, KeepsReportsWhileTheControllerIsAway) {
  controller_.SetAway(true);
  const auto outbox = Open();
  for (int64_t step = 1; step <= 3; ++step) outbox->Add(Report(step));
  controller_.AwaitFailedCalls(3);
  controller_.SetAway(false);
  ASSERT_OK(outbox->Flush());
  ExpectStored({1, 2, 3});
}

TEST_F(OutboxTest, StoresAReportOnceWhenTheAnswerIsLost) {
  controller_.LoseNextAnswer();
  const auto outbox = Open();
  outbox->Add(Report(1));
  outbox->Add(Report(2));
  ASSERT_OK(outbox->Flush());
  ExpectStored({1, 2});
}

TEST_F(OutboxTest, DropsWhatHasNoRoomAndCountsIt) {
  controller_.SetAway(true);
  const auto outbox = Open({3, 500, 1 << 20});
  for (int64_t step = 1; step <= 3; ++step) EXPECT_TRUE(outbox->Add(Report(step)));
  EXPECT_FALSE(outbox->HasRoom());
  EXPECT_FALSE(outbox->Add(Report(4)));
  EXPECT_EQ(outbox->dropped(), 1);
  controller_.SetAway(false);
  ASSERT_OK(outbox->Flush());
  EXPECT_TRUE(outbox->HasRoom());
  outbox->Add(Report(5));
  ASSERT_OK(outbox->Flush());
  ExpectStored({1, 2, 3, 5});
}

TEST_F(OutboxTest, PassesDirectivesOn) {
  controller_.Direct(1, Directive::kStop);
  const auto outbox = Open();
  outbox->Add(Report(1));
  AwaitDirective();
  EXPECT_THAT(directives_, testing::ElementsAre(Directive::kStop));
}

TEST_F(OutboxTest, DiscardsEverythingOnceTheLeaseIsLost) {
  controller_.TakeLease(1);
  const auto outbox = Open();
  outbox->Add(Report(1));
  AwaitDirective();
  EXPECT_THAT(directives_, testing::ElementsAre(Directive::kLeaseLost));
  EXPECT_TRUE(outbox->Add(Report(2)));
  EXPECT_TRUE(IsLeaseLost(outbox->Flush().status()));
  ExpectStored({});
}

TEST_F(OutboxTest, GoesOnWithoutAReportThatIsRefused) {
  controller_.Refuse("bad");
  controller_.SetAway(true);
  const auto outbox = Open();
  outbox->Add(Report(1));
  outbox->Add(Report(2, "bad"));
  outbox->Add(Report(3));
  outbox->Add(Report(4));
  controller_.SetAway(false);
  ASSERT_OK_AND_ASSIGN(const int64_t last, outbox->Flush());
  EXPECT_EQ(last, 3);
  EXPECT_EQ(outbox->dropped(), 1);
  ExpectStored({1, 3, 4});
}

TEST_F(OutboxTest, NumbersAnewWhenTheControllerHasForgottenReports) {
  const auto outbox = Open();
  for (int64_t step = 1; step <= 3; ++step) outbox->Add(Report(step));
  ASSERT_OK(outbox->Flush());
  controller_.Forget(1, 1);
  outbox->Add(Report(4));
  ASSERT_OK_AND_ASSIGN(const int64_t last, outbox->Flush());
  EXPECT_EQ(last, 2);
  ExpectStored({1, 4});
}

TEST_F(OutboxTest, KeepsCallsBelowTheirSize) {
  controller_.SetAway(true);
  const auto outbox = Open({1000, 500, 200});
  for (int64_t step = 1; step <= 10; ++step) outbox->Add(Report(step));
  controller_.SetAway(false);
  ASSERT_OK_AND_ASSIGN(const int64_t last, outbox->Flush());
  EXPECT_EQ(last, 10);
}

TEST_F(OutboxTest, GivesUpAtTheDeadline) {
  controller_.SetAway(true);
  const auto outbox = Open();
  outbox->Add(Report(1));
  give_up_.Limit(absl::Milliseconds(10));
  EXPECT_THAT(outbox->Flush(), StatusIsCode(absl::StatusCode::kDeadlineExceeded));
}

}  // namespace
}  // namespace sweepd::agent
