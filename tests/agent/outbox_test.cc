#include "agent/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <optional>

#include "tests/agent/fake_controller.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::agent {
namespace {

MetricReport Report(int64_t step, const std::string& metric = "loss") {
  return {0, step, absl::UnixEpoch(), {{metric, static_cast<double>(step)}}};
}

class OutboxTest : public testing::Test {
 protected:
  std::unique_ptr<Outbox> Open(const OutboxLimits& limits = {}, const SpoolLimits& spool_limits = {}) {
    auto made = Spool::Create(folder_.File("spool"), lease_.ref, spool_limits);
    EXPECT_OK(made.status());
    spool_.emplace(*std::move(made));
    return Deliver(limits);
  }

  // Delivers what lies in the spool.
  std::unique_ptr<Outbox> Deliver(const OutboxLimits& limits = {}) {
    return std::make_unique<Outbox>(
        *spool_, controller_, give_up_, RetryPolicy{absl::Milliseconds(1), absl::Milliseconds(5)}, Rng(1, 0),
        [this](Directive directive) {
          absl::MutexLock lock(&mutex_);
          directives_.push_back(directive);
        },
        limits);
  }

  // As the next agent would.
  void TakeUp() {
    spool_.reset();
    auto opened = Spool::Open(folder_.File("spool"));
    ASSERT_OK(opened.status());
    spool_.emplace(*std::move(opened));
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

  TemporaryFolder folder_;
  SystemClock clock_;
  Deadline give_up_{clock_};
  FakeController controller_;
  const Lease lease_ = controller_.AddTrial({});
  std::optional<Spool> spool_;
  absl::Mutex mutex_;
  std::vector<Directive> directives_;
};

bool Add(Outbox& outbox, const MetricReport& report) { return outbox.Offer({report}, {report.step, 1, false}); }

TEST_F(OutboxTest, DeliversInOrder) {
  const auto outbox = Open();
  std::vector<int64_t> steps;
  for (int64_t step = 1; step <= 2000; ++step) {
    EXPECT_TRUE(Add(*outbox, Report(step)));
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
  for (int64_t step = 1; step <= 3; ++step) Add(*outbox, Report(step));
  controller_.AwaitFailedCalls(3);
  controller_.SetAway(false);
  ASSERT_OK(outbox->Flush());
  ExpectStored({1, 2, 3});
}

TEST_F(OutboxTest, StoresAReportOnceWhenTheAnswerIsLost) {
  controller_.LoseNextAnswer();
  const auto outbox = Open();
  Add(*outbox, Report(1));
  Add(*outbox, Report(2));
  ASSERT_OK(outbox->Flush());
  ExpectStored({1, 2});
}

TEST_F(OutboxTest, DropsWhatHasNoRoomAndCountsIt) {
  controller_.SetAway(true);
  // A report and its mark take 75 bytes.
  const auto outbox = Open({}, {160, 1 << 20});
  for (int64_t step = 1; step <= 3; ++step) EXPECT_TRUE(Add(*outbox, Report(step)));
  EXPECT_FALSE(outbox->HasRoom());
  EXPECT_FALSE(Add(*outbox, Report(4)));
  EXPECT_EQ(outbox->dropped(), 1);
  controller_.SetAway(false);
  ASSERT_OK(outbox->Flush());
  EXPECT_TRUE(outbox->HasRoom());
  Add(*outbox, Report(5));
  ASSERT_OK(outbox->Flush());
  ExpectStored({1, 2, 3, 5});
}

TEST_F(OutboxTest, PassesDirectivesOn) {
  controller_.Direct(1, Directive::kStop);
  const auto outbox = Open();
  Add(*outbox, Report(1));
  AwaitDirective();
  EXPECT_THAT(directives_, testing::ElementsAre(Directive::kStop));
}

TEST_F(OutboxTest, DiscardsEverythingOnceTheLeaseIsLost) {
  controller_.TakeLease(1);
  const auto outbox = Open();
  Add(*outbox, Report(1));
  AwaitDirective();
  EXPECT_THAT(directives_, testing::ElementsAre(Directive::kLeaseLost));
  EXPECT_TRUE(Add(*outbox, Report(2)));
  EXPECT_TRUE(IsLeaseLost(outbox->Flush().status()));
  ExpectStored({});
}

TEST_F(OutboxTest, GoesOnWithoutAReportThatIsRefused) {
  controller_.Refuse("bad");
  controller_.SetAway(true);
  const auto outbox = Open();
  Add(*outbox, Report(1));
  Add(*outbox, Report(2, "bad"));
  Add(*outbox, Report(3));
  Add(*outbox, Report(4));
  controller_.SetAway(false);
  ASSERT_OK_AND_ASSIGN(const int64_t last, outbox->Flush());
  EXPECT_EQ(last, 3);
  EXPECT_EQ(outbox->dropped(), 1);
  ExpectStored({1, 3, 4});
}

TEST_F(OutboxTest, NumbersAnewWhenTheControllerHasForgottenReports) {
  const auto outbox = Open();
  for (int64_t step = 1; step <= 3; ++step) Add(*outbox, Report(step));
  ASSERT_OK(outbox->Flush());
  controller_.Forget(1, 1);
  Add(*outbox, Report(4));
  ASSERT_OK_AND_ASSIGN(const int64_t last, outbox->Flush());
  EXPECT_EQ(last, 2);
  ExpectStored({1, 4});
}

TEST_F(OutboxTest, KeepsCallsBelowTheirSize) {
  controller_.SetAway(true);
  const auto outbox = Open({50'000, 500, 200});
  for (int64_t step = 1; step <= 10; ++step) Add(*outbox, Report(step));
  controller_.SetAway(false);
  ASSERT_OK_AND_ASSIGN(const int64_t last, outbox->Flush());
  EXPECT_EQ(last, 10);
}

TEST_F(OutboxTest, GivesUpAtTheDeadline) {
  controller_.SetAway(true);
  const auto outbox = Open();
  Add(*outbox, Report(1));
  give_up_.Limit(absl::Milliseconds(10));
  EXPECT_THAT(outbox->Flush(), StatusIsCode(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(OutboxTest, LeavesWhatIsUndeliveredToTheNextAgent) {
  auto outbox = Open();
  Add(*outbox, Report(1));
  Add(*outbox, Report(2));
  ASSERT_OK(outbox->Flush());
  controller_.SetAway(true);
  Add(*outbox, Report(3));
  Add(*outbox, Report(4));
  outbox.reset();
  TakeUp();
  EXPECT_EQ(spool_->unsettled(), 2);
  EXPECT_EQ(spool_->mark().offset, 4);
  controller_.SetAway(false);
  outbox = Deliver();
  ASSERT_OK_AND_ASSIGN(const int64_t last, outbox->Flush());
  EXPECT_EQ(last, 4);
  ExpectStored({1, 2, 3, 4});
}

TEST_F(OutboxTest, RepeatsNothingThatARefusedReportWasFollowedBy) {
  controller_.Refuse("bad");
  auto outbox = Open();
  Add(*outbox, Report(1));
  Add(*outbox, Report(2, "bad"));
  Add(*outbox, Report(3));
  ASSERT_OK(outbox->Flush());
  controller_.SetAway(true);
  Add(*outbox, Report(4));
  outbox.reset();
  TakeUp();
  controller_.SetAway(false);
  outbox = Deliver();
  ASSERT_OK(outbox->Flush());
  ExpectStored({1, 3, 4});
}

TEST_F(OutboxTest, DeliversFromMemoryWhenTheDiskTakesNothing) {
  rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto outbox = Open({3, 500, 1 << 20});
  Add(*outbox, Report(1));
  ASSERT_OK(outbox->Flush());
  // Writes beyond this size fail with EFBIG, as they fail with ENOSPC on a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit full = before;
  full.rlim_cur = std::filesystem::file_size(folder_.File("spool"));
  setrlimit(RLIMIT_FSIZE, &full);
  controller_.SetAway(true);
  for (int64_t step = 2; step <= 4; ++step) EXPECT_TRUE(Add(*outbox, Report(step)));
  EXPECT_FALSE(outbox->HasRoom());
  EXPECT_FALSE(Add(*outbox, Report(5)));
  controller_.SetAway(false);
  EXPECT_OK(outbox->Flush().status());
  setrlimit(RLIMIT_FSIZE, &before);
  Add(*outbox, Report(6));
  ASSERT_OK(outbox->Flush());
  ExpectStored({1, 2, 3, 4, 6});
  EXPECT_EQ(spool_->mark().offset, 6);
}

}  // namespace
}  // namespace sweepd::agent
