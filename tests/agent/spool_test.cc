#include "agent/spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "absl/base/casts.h"
#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const LeaseRef kLease{"abcdefgh", 3, 2, "secret"};

MetricReport Report(int64_t step) {
  return {0, step, absl::FromUnixNanos(step * 1'234'567'891), {{"loss", static_cast<double>(step)}}};
}

std::vector<MetricReport> Reports(int64_t first, int64_t last) {
  std::vector<MetricReport> reports;
  for (int64_t step = first; step <= last; ++step) reports.push_back(Report(step));
  return reports;
}

class SpoolTest : public testing::Test {
 protected:
  Spool Make(const SpoolLimits& limits = {}) { return *Spool::Create(path_, kLease, limits); }
  Spool Reopen(const SpoolLimits& limits = {}) {
    auto spool = Spool::Open(path_, limits);
    EXPECT_OK(spool.status());
    return *std::move(spool);
  }

  static std::vector<MetricReport> PeekReports(const Spool& spool, size_t most = 1'000'000) {
    auto reports = spool.Peek(most, 1 << 30, [](const MetricReport&) { return size_t{1}; });
    EXPECT_OK(reports.status());
    return *std::move(reports);
  }
  static std::vector<int64_t> Steps(const Spool& spool, size_t most = 1'000'000) {
    std::vector<int64_t> steps;
    for (const MetricReport& report : PeekReports(spool, most)) steps.push_back(report.step);
    return steps;
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.File("spool");
};

TEST_F(SpoolTest, KeepsLeaseMarkReportsAndResult) {
  FinishRequest finish{{}, Outcome::kTimedOut, 137, 0, "said\nthis"};
  {
    Spool spool = Make();
    ASSERT_OK(spool.Append(Reports(1, 3), {77, 4, true}));
    ASSERT_OK(spool.Settle(1, 1));
    ASSERT_OK(spool.KeepFinish(finish));
  }
  const Spool spool = Reopen();
  EXPECT_EQ(spool.lease(), kLease);
  EXPECT_EQ(spool.mark(), (FeedMark{77, 4, true}));
  EXPECT_EQ(spool.acked(), 1);
  EXPECT_EQ(spool.unsettled(), 2);
  const std::vector<MetricReport> reports = PeekReports(spool);
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0].sequence, 2);
  EXPECT_EQ(reports[1].sequence, 3);
  EXPECT_EQ(reports[1].time, Report(3).time);
  EXPECT_EQ(reports[1].values, Report(3).values);
  ASSERT_TRUE(spool.finish().has_value());
  EXPECT_EQ(spool.finish()->outcome, finish.outcome);
  EXPECT_EQ(spool.finish()->exit_code, finish.exit_code);
  EXPECT_EQ(spool.finish()->message, finish.message);
}

TEST_F(SpoolTest, KeepsValuesBitForBit) {
  const std::vector<double> values = {-0.0,
                                      std::numeric_limits<double>::infinity(),
                                      -std::numeric_limits<double>::infinity(),
                                      absl::bit_cast<double>(0x7ff8dead00000001),
                                      std::numeric_limits<double>::denorm_min(),
                                      1e308,
                                      0.1};
  MetricReport report{0, -5, absl::FromUnixNanos(-1), {}};
  for (size_t i = 0; i < values.size(); ++i) report.values[absl::StrCat("m", i)] = values[i];
  {
    Spool spool = Make();
    ASSERT_OK(spool.Append({report}, {}));
  }
  const std::vector<MetricReport> kept = PeekReports(Reopen());
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].step, -5);
  EXPECT_EQ(kept[0].time, report.time);
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(absl::bit_cast<uint64_t>(kept[0].values.at(absl::StrCat("m", i))), absl::bit_cast<uint64_t>(values[i]));
  }
}

TEST_F(SpoolTest, IsReadableByItsOwnerAlone) {
  const Spool spool = Make();
  struct stat status = {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(SpoolTest, GivesBackAnEarlierStateWhereverItIsCut) {
  {
    Spool spool = Make();
    ASSERT_OK(spool.Append(Reports(1, 2), {20, 3, false}));
    ASSERT_OK(spool.Settle(1, 1));
    ASSERT_OK(spool.Append(Reports(3, 4), {40, 5, false}));
    ASSERT_OK(spool.KeepFinish({}));
  }
  const std::string whole = ReadAll(path_);
  int states = 0;
  int64_t last_offset = -1;
  for (size_t size = 0; size <= whole.size(); ++size) {
    std::filesystem::remove(path_);
    AppendTo(path_, absl::string_view(whole).substr(0, size));
    const absl::StatusOr<Spool> spool = Spool::Open(path_);
    if (!spool.ok()) {
      EXPECT_EQ(last_offset, -1) << size;
      EXPECT_THAT(spool.status(), StatusIsCode(absl::StatusCode::kDataLoss));
      continue;
    }
    // The reports of a mark are there with it or not at all.
    const int64_t offset = spool->mark().offset;
    EXPECT_GE(offset, last_offset) << size;
    EXPECT_EQ(spool->unsettled() + spool->acked(), offset / 10) << size;
    states += offset != last_offset ? 1 : 0;
    last_offset = offset;
  }
  EXPECT_EQ(states, 3);
}

TEST_F(SpoolTest, GoesOnBehindATornEnd) {
  {
    Spool spool = Make();
    ASSERT_OK(spool.Append(Reports(1, 2), {20, 3, false}));
  }
  AppendTo(path_, std::string("\x20\0\0\0torn", 8));
  {
    Spool spool = Reopen();
    ASSERT_OK(spool.Append(Reports(3, 3), {30, 4, false}));
  }
  EXPECT_THAT(Steps(Reopen()), ElementsAre(1, 2, 3));
}

TEST_F(SpoolTest, DropsWhatComesAfterADamagedRecord) {
  {
    Spool spool = Make();
    ASSERT_OK(spool.Append(Reports(1, 1), {10, 2, false}));
    ASSERT_OK(spool.Append(Reports(2, 2), {20, 3, false}));
  }
  std::string bytes = ReadAll(path_);
  bytes[bytes.size() - 60] ^= 1;
  std::filesystem::remove(path_);
  AppendTo(path_, bytes);
  const Spool spool = Reopen();
  EXPECT_THAT(Steps(spool), ElementsAre(1));
  EXPECT_EQ(spool.mark().offset, 10);
}

TEST_F(SpoolTest, RefusesAFileThatIsNoSpool) {
  AppendTo(path_, "{\"a\": 1}\n");
  EXPECT_THAT(Spool::Open(path_).status(), StatusIsCode(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Spool::Open(folder_.File("missing")).status(), StatusIsCode(absl::StatusCode::kNotFound));
}

TEST_F(SpoolTest, FollowsNoSymbolicLink) {
  AppendTo(folder_.File("precious"), "text");
  std::filesystem::create_symlink(folder_.File("precious"), path_);
  EXPECT_FALSE(Spool::Create(path_, kLease).ok());
  EXPECT_EQ(ReadAll(folder_.File("precious")), "text");
}

TEST_F(SpoolTest, PeeksNoMoreThanAsked) {
  Spool spool = Make();
  ASSERT_OK(spool.Append(Reports(1, 9), {}));
  EXPECT_THAT(Steps(spool, 2), ElementsAre(1, 2));
  const auto of_size = [](const MetricReport&) { return size_t{10}; };
  EXPECT_EQ(spool.Peek(100, 35, of_size)->size(), 3u);
  EXPECT_EQ(spool.Peek(100, 5, of_size)->size(), 1u);
  ASSERT_OK(spool.Settle(9, 9));
  EXPECT_THAT(Steps(spool), IsEmpty());
}

TEST_F(SpoolTest, HasRoomForUndeliveredReportsOnly) {
  Spool spool = Make({1000, 1 << 20});
  int64_t step = 0;
  for (int round = 0; round < 5; ++round) {
    while (spool.HasRoom()) {
      ++step;
      ASSERT_OK(spool.Append({Report(step)}, {step, step, false}));
    }
    EXPECT_GT(spool.unsettled(), 5);
    ASSERT_OK(spool.Settle(spool.unsettled(), step));
  }
}

TEST_F(SpoolTest, StaysSmallHoweverManyReportsGoThroughIt) {
  const SpoolLimits limits{1 << 20, 4096};
  Spool spool = Make(limits);
  int64_t delivered = 0;
  for (int64_t step = 1; step <= 5000; step += 10) {
    ASSERT_OK(spool.Append(Reports(step, step + 9), {step, step + 10, false}));
    if (step <= 21) continue;
    ASSERT_OK(spool.Settle(10, delivered += 10));
    ASSERT_LT(std::filesystem::file_size(path_), 16'000u);
    if (step % 500 != 1) continue;
    const Spool copy = Reopen(limits);
    EXPECT_EQ(copy.acked(), delivered);
    EXPECT_EQ(copy.unsettled(), spool.unsettled());
    EXPECT_EQ(copy.mark(), spool.mark());
    EXPECT_EQ(Steps(copy).front(), delivered + 1);
    EXPECT_EQ(Steps(copy).size(), 30u);
  }
}

TEST_F(SpoolTest, KeepsTheResultWhenItIsWrittenAnew) {
  const SpoolLimits limits{1 << 20, 100};
  Spool spool = Make(limits);
  ASSERT_OK(spool.KeepFinish({{}, Outcome::kCompleted, 0, 0, "done"}));
  ASSERT_OK(spool.Append(Reports(1, 50), {500, 51, false}));
  ASSERT_OK(spool.Settle(49, 49));
  EXPECT_LT(std::filesystem::file_size(path_), 400u);
  const Spool copy = Reopen(limits);
  ASSERT_TRUE(copy.finish().has_value());
  EXPECT_EQ(copy.finish()->message, "done");
  EXPECT_THAT(Steps(copy), ElementsAre(50));
  EXPECT_EQ(PeekReports(copy)[0].sequence, 50);
}

TEST_F(SpoolTest, TakesReportsThatAreLongerThanAPiece) {
  MetricReport big{0, 1, absl::UnixEpoch(), {}};
  for (int i = 0; i < 256; ++i) big.values[absl::StrCat(i, std::string(4000, 'x'))] = i;
  {
    Spool spool = Make();
    ASSERT_OK(spool.Append({Report(1), big, big, Report(2)}, {}));
    ASSERT_OK(spool.Settle(1, 1));
  }
  const Spool spool = Reopen();
  EXPECT_EQ(spool.unsettled(), 3);
  EXPECT_EQ(PeekReports(spool).size(), 3u);
  EXPECT_EQ(PeekReports(spool)[1].values, big.values);
}

TEST_F(SpoolTest, IsGoneAfterRemove) {
  Spool spool = Make();
  spool.Remove();
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_OK(spool.Append(Reports(1, 1), {}));
}

}  // namespace
}  // namespace sweepd::agent
