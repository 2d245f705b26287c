#include "agent/workdir.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::agent {
namespace {

using testing::HasSubstr;

Lease MakeLease(int64_t attempt = 1) {
  Lease lease;
  lease.ref = {"abcdefgh", 3, attempt, "secret"};
  lease.assignment = {{"lr", 0.1}, {"layers", 2}};
  return lease;
}

TEST(Workdir, LaysOutTheFilesOfAnAttempt) {
  TemporaryFolder root;
  ASSERT_OK_AND_ASSIGN(const Workdir workdir, Workdir::Create(root.path(), MakeLease()));
  EXPECT_EQ(workdir.params_file(), root.File("abcdefgh/3/attempt-1/params.json"));
  EXPECT_EQ(workdir.checkpoint_dir(), root.File("abcdefgh/3/checkpoint"));
  EXPECT_EQ(ReadAll(workdir.params_file()), "{\"layers\":2,\"lr\":0.1}\n");
  EXPECT_TRUE(std::filesystem::is_directory(workdir.checkpoint_dir()));
  EXPECT_TRUE(std::filesystem::is_directory(workdir.output_dir()));
  EXPECT_TRUE(std::filesystem::is_empty(workdir.metrics_file()));
  EXPECT_FALSE(std::filesystem::exists(workdir.stop_file()));
}

TEST(Workdir, ClearsTheLeftoversOfAnAttemptOfTheSameName) {
  TemporaryFolder root;
  ASSERT_OK_AND_ASSIGN(const Workdir first, Workdir::Create(root.path(), MakeLease()));
  AppendTo(first.metrics_file(), "{\"a\": 1}\n");
  ASSERT_OK(first.AskToStop("x", absl::UnixEpoch()));
  ASSERT_OK_AND_ASSIGN(const Workdir second, Workdir::Create(root.path(), MakeLease()));
  EXPECT_EQ(ReadAll(second.metrics_file()), "");
  EXPECT_FALSE(std::filesystem::exists(second.stop_file()));
}

TEST(Workdir, HandsCheckpointsFromAttemptToAttempt) {
  TemporaryFolder root;
  ASSERT_OK_AND_ASSIGN(const Workdir first, Workdir::Create(root.path(), MakeLease(1)));
  EXPECT_EQ(first.ResumeStep(), std::nullopt);
  AppendTo(first.checkpoint_dir() + "/model", "weights");
  ASSERT_OK(first.KeepResumeStep(5));
  ASSERT_OK(first.KeepResumeStep(8));
  ASSERT_OK_AND_ASSIGN(const Workdir second, Workdir::Create(root.path(), MakeLease(2)));
  EXPECT_EQ(second.ResumeStep(), 8);
  EXPECT_EQ(ReadAll(second.checkpoint_dir() + "/model"), "weights");
}

TEST(Workdir, WritesTheStopFile) {
  TemporaryFolder root;
  ASSERT_OK_AND_ASSIGN(const Workdir workdir, Workdir::Create(root.path(), MakeLease()));
  ASSERT_OK(workdir.AskToStop("enough", absl::FromUnixSeconds(1767225600)));
  EXPECT_EQ(ReadAll(workdir.stop_file()), "{\"deadline\":\"2026-01-01T00:00:00+00:00\",\"reason\":\"enough\"}\n");
}

TEST(Workdir, RefusesASweepIdThatLeadsElsewhere) {
  TemporaryFolder root;
  for (const char* id : {"", "..", "a/b", "/etc"}) {
    Lease lease = MakeLease();
    lease.ref.sweep = id;
    EXPECT_THAT(Workdir::Create(root.path(), lease), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(id)));
  }
}

TEST(Workdir, SaysWhichFolderCannotBeMade) {
  EXPECT_THAT(Workdir::Create("/dev/null/work", MakeLease()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("/dev/null/work")));
}

TEST(Workdir, LivesInTheUsersStateFolder) {
  EXPECT_EQ(DefaultWorkRoot("/state", "/home/a"), "/state/sweepd/agent");
  EXPECT_EQ(DefaultWorkRoot("relative", "/home/a"), "/home/a/.local/state/sweepd/agent");
  EXPECT_EQ(DefaultWorkRoot(nullptr, "/home/a"), "/home/a/.local/state/sweepd/agent");
  EXPECT_EQ(DefaultWorkRoot(nullptr, nullptr), "sweep-agent-work");
}

}  // namespace
}  // namespace sweepd::agent
