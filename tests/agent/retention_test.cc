#include "agent/retention.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "agent/spool_folder.h"
#include "agent/workdir.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::agent {
namespace {

namespace fs = std::filesystem;

class RetentionTest : public testing::Test {
 protected:
  Lease MakeLease(int64_t trial, int64_t attempt) {
    Lease lease;
    lease.ref = {"abcdefgh", trial, attempt, "secret"};
    return lease;
  }

  // An attempt without a result.
  Workdir Begin(int64_t trial, int64_t attempt = 1) {
    auto workdir = Workdir::Create(root_.path(), MakeLease(trial, attempt));
    EXPECT_OK(workdir.status());
    AppendTo(workdir->log_file(), "text");
    return *std::move(workdir);
  }

  // One that is over since `minutes` before now.
  Workdir End(int64_t trial, int64_t minutes, const std::string& state, int64_t attempt = 1) {
    Workdir workdir = Begin(trial, attempt);
    const std::string outcome = state == "FAILED" ? "FAILED" : "COMPLETED";
    EXPECT_OK(workdir.KeepResult({{"state", state}, {"outcome", outcome}}));
    SetTime(AttemptFolder(trial, attempt) + "/result.json", absl::Minutes(minutes));
    return workdir;
  }

  void SetTime(const std::string& path, absl::Duration ago) {
    const timespec time = absl::ToTimespec(now_ - ago);
    const timespec times[2] = {time, time};
    ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
  }

  std::string TrialFolder(int64_t trial) { return root_.File(absl::StrCat("abcdefgh/", trial)); }
  std::string AttemptFolder(int64_t trial, int64_t attempt = 1) {
    return absl::StrCat(TrialFolder(trial), "/attempt-", attempt);
  }

  int64_t Clean(int64_t keep, bool outputs = false) { return CleanUp(root_.path(), {keep, outputs}, now_); }

  TemporaryFolder root_;
  const absl::Time now_ = absl::Now();
};

TEST_F(RetentionTest, KeepsTheNewestAttempts) {
  for (int64_t trial = 1; trial <= 5; ++trial) End(trial, 100 - trial, "SUCCEEDED");
  EXPECT_EQ(Clean(2), 3);
  EXPECT_FALSE(fs::exists(TrialFolder(3)));
  EXPECT_TRUE(fs::exists(AttemptFolder(4) + "/output.log"));
  EXPECT_TRUE(fs::exists(AttemptFolder(5) + "/output.log"));
  EXPECT_EQ(Clean(2), 0);
}

TEST_F(RetentionTest, KeepsAsManyFailedOnesBesideThem) {
  for (int64_t trial = 1; trial <= 3; ++trial) End(trial, 100 - trial, "FAILED");
  for (int64_t trial = 4; trial <= 6; ++trial) End(trial, 100 - trial, "SUCCEEDED");
  EXPECT_EQ(Clean(2), 2);
  EXPECT_FALSE(fs::exists(TrialFolder(1)));
  EXPECT_TRUE(fs::exists(AttemptFolder(2) + "/output.log"));
  EXPECT_TRUE(fs::exists(AttemptFolder(3) + "/output.log"));
  EXPECT_FALSE(fs::exists(TrialFolder(4)));
}

TEST_F(RetentionTest, KeepsEverythingWhenTold) {
  for (int64_t trial = 1; trial <= 5; ++trial) End(trial, 100 - trial, "SUCCEEDED");
  EXPECT_EQ(Clean(0), 0);
  EXPECT_EQ(Clean(5), 0);
  EXPECT_TRUE(fs::exists(AttemptFolder(1)));
}

TEST_F(RetentionTest, LeavesWhatProgramsWrote) {
  const Workdir old = End(1, 100, "SUCCEEDED");
  AppendTo(old.output_dir() + "/model", "weights");
  AppendTo(old.checkpoint_dir() + "/step9", "weights");
  ASSERT_OK(old.KeepResumeStep(9));
  End(2, 1, "SUCCEEDED");
  EXPECT_EQ(Clean(1), 1);
  EXPECT_FALSE(fs::exists(old.log_file()));
  EXPECT_FALSE(fs::exists(old.metrics_file()));
  EXPECT_EQ(ReadAll(old.output_dir() + "/model"), "weights");
  EXPECT_EQ(ReadAll(old.checkpoint_dir() + "/step9"), "weights");
  EXPECT_EQ(old.ResumeStep(), 9);
  EXPECT_TRUE(fs::exists(AttemptFolder(1) + "/result.json"));
  EXPECT_EQ(Clean(1), 0);
}

TEST_F(RetentionTest, RemovesWhatProgramsWroteWhenTold) {
  const Workdir old = End(1, 100, "SUCCEEDED");
  AppendTo(old.output_dir() + "/model", "weights");
  AppendTo(old.checkpoint_dir() + "/step9", "weights");
  ASSERT_OK(old.KeepResumeStep(9));
  End(2, 1, "SUCCEEDED");
  EXPECT_EQ(Clean(1, /*outputs=*/true), 1);
  EXPECT_FALSE(fs::exists(TrialFolder(1)));
}

TEST_F(RetentionTest, KeepsTheCheckpointOfATrialThatWillGoOn) {
  for (const char* state : {"PENDING", "LEASE_LOST"}) {
    const Workdir old = End(1, 100, state);
    if (!fs::exists(old.checkpoint_dir() + "/step9")) AppendTo(old.checkpoint_dir() + "/step9", "weights");
    ASSERT_OK(old.KeepResumeStep(9));
    End(2, 1, "SUCCEEDED");
    EXPECT_EQ(Clean(1, /*outputs=*/true), 1) << state;
    EXPECT_FALSE(fs::exists(AttemptFolder(1)));
    EXPECT_EQ(ReadAll(old.checkpoint_dir() + "/step9"), "weights");
    EXPECT_EQ(old.ResumeStep(), 9);
  }
}

TEST_F(RetentionTest, KeepsTheCheckpointWhileALaterAttemptRuns) {
  const Workdir first = End(1, 100, "FAILED", 1);
  AppendTo(first.checkpoint_dir() + "/step9", "weights");
  Begin(1, 2);
  End(2, 1, "FAILED");
  EXPECT_EQ(Clean(1, /*outputs=*/true), 1);
  EXPECT_TRUE(fs::exists(AttemptFolder(1, 2) + "/output.log"));
  EXPECT_TRUE(fs::exists(first.checkpoint_dir() + "/step9"));
}

TEST_F(RetentionTest, LeavesAnAttemptAloneThatHasASpool) {
  RandomIdSource ids;
  const auto folder = *SpoolFolder::Create(root_.path(), {"c:1", "here"}, ids);
  ASSERT_OK(folder->CreateSpool(MakeLease(1, 1).ref).status());
  End(1, 100, "SUCCEEDED");
  for (int64_t trial = 2; trial <= 4; ++trial) End(trial, 90 - trial, "SUCCEEDED");
  EXPECT_EQ(Clean(1), 2);
  EXPECT_TRUE(fs::exists(AttemptFolder(1) + "/output.log"));
}

TEST_F(RetentionTest, CleansUpAfterAttemptsThatWereAbandonedForAWeek) {
  for (int64_t trial = 1; trial <= 2; ++trial) {
    Begin(trial);
    const absl::Duration ago = trial == 1 ? absl::Hours(24 * 8) : absl::Hours(24 * 6);
    for (const auto& entry : fs::directory_iterator(AttemptFolder(trial))) SetTime(entry.path().string(), ago);
    SetTime(AttemptFolder(trial), ago);
  }
  End(3, 1, "SUCCEEDED");
  EXPECT_EQ(Clean(1), 1);
  EXPECT_FALSE(fs::exists(AttemptFolder(1)));
  EXPECT_TRUE(fs::exists(AttemptFolder(2) + "/output.log"));
}

TEST_F(RetentionTest, FollowsNoSymbolicLink) {
  TemporaryFolder elsewhere;
  const std::string outside = elsewhere.File("attempt-1");
  fs::create_directory(outside);
  for (const char* name : {"result.json", "metrics.jsonl", "output.log"}) AppendTo(outside + "/" + name, "{}");
  // As a sweep, a trial, an attempt, an output folder, a log.
  fs::create_directory_symlink(elsewhere.path(), root_.File("abcdefgh"));
  EXPECT_EQ(Clean(1, true), 0);
  fs::remove(root_.File("abcdefgh"));
  const Workdir old = End(1, 100, "SUCCEEDED");
  End(2, 1, "SUCCEEDED");
  fs::create_directory_symlink(elsewhere.path(), TrialFolder(7));
  fs::create_directory(TrialFolder(8));
  fs::create_directory_symlink(outside, AttemptFolder(8));
  fs::remove_all(old.output_dir());
  fs::create_directory_symlink(outside, old.output_dir());
  fs::remove(old.log_file());
  fs::create_symlink(outside + "/output.log", old.log_file());
  EXPECT_EQ(Clean(1, true), 1);
  EXPECT_EQ(std::distance(fs::directory_iterator(outside), fs::directory_iterator()), 3);
}

TEST_F(RetentionTest, LeavesWhatIsNotItsOwn) {
  End(1, 1, "SUCCEEDED");
  for (const char* path : {"notes/1/attempt-1", "abcdefgh/01/attempt-1", "abcdefgh/9/attempt-x", "a.b/1/attempt-1"}) {
    fs::create_directories(root_.File(path));
    AppendTo(root_.File(absl::StrCat(path, "/metrics.jsonl")), "mine");
    SetTime(root_.File(absl::StrCat(path, "/metrics.jsonl")), absl::Hours(24 * 30));
    SetTime(root_.File(path), absl::Hours(24 * 30));
    EXPECT_EQ(Clean(1, true), 0) << path;
    EXPECT_EQ(ReadAll(root_.File(absl::StrCat(path, "/metrics.jsonl"))), "mine");
  }
}

}  // namespace
}  // namespace sweepd::agent
