#include "agent/spool_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd::agent {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

class SpoolFolderTest : public testing::Test {
 protected:
  std::unique_ptr<SpoolFolder> Make() { return *SpoolFolder::Create(root_.path(), owner_, ids_); }
  std::vector<std::unique_ptr<SpoolFolder>> Claim() { return SpoolFolder::Claim(root_.path(), owner_); }
  // Folders of agents, living or not.
  int64_t Folders() {
    int64_t folders = 0;
    for (const auto& entry : std::filesystem::directory_iterator(root_.File(".spool"))) {
      folders += entry.is_directory() ? 1 : 0;
    }
    return folders;
  }

  TemporaryFolder root_;
  RandomIdSource ids_;
  const SpoolOwner owner_{"controller:7077", "here"};
  const LeaseRef lease_{"abcdefgh", 3, 2, "secret"};
};

TEST_F(SpoolFolderTest, HidesSpoolsFromOtherUsers) {
  const auto folder = Make();
  ASSERT_OK(folder->CreateSpool(lease_).status());
  ASSERT_THAT(folder->SpoolFiles(), ElementsAre(EndsWith("/abcdefgh-3-2")));
  struct stat status = {};
  ASSERT_EQ(stat(root_.File(".spool").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST_F(SpoolFolderTest, KeepsSpoolsOfLivingAgentsToThemselves) {
  const auto living = Make();
  ASSERT_OK(living->CreateSpool(lease_).status());
  EXPECT_THAT(Claim(), IsEmpty());
  EXPECT_THAT(AttemptsWithSpools(root_.path()), ElementsAre("abcdefgh-3-2"));
}

TEST_F(SpoolFolderTest, GivesSpoolsOfGoneAgentsToOneHeir) {
  ASSERT_OK(Make()->CreateSpool(lease_).status());
  auto claimed = Claim();
  ASSERT_EQ(claimed.size(), 1u);
  EXPECT_THAT(claimed[0]->SpoolFiles(), ElementsAre(EndsWith("/abcdefgh-3-2")));
  EXPECT_THAT(Claim(), IsEmpty());
  // An heir that ends without delivering leaves them to the next one.
  claimed.clear();
  EXPECT_EQ(Claim().size(), 1u);
}

TEST_F(SpoolFolderTest, LeavesTheSpoolsOfOtherControllersAndMachines) {
  ASSERT_OK(Make()->CreateSpool(lease_).status());
  EXPECT_THAT(SpoolFolder::Claim(root_.path(), {"other:7077", "here"}), IsEmpty());
  EXPECT_THAT(SpoolFolder::Claim(root_.path(), {"controller:7077", "there"}), IsEmpty());
  EXPECT_EQ(Claim().size(), 1u);
}

TEST_F(SpoolFolderTest, LeavesNoEmptyFoldersBehind) {
  Make().reset();
  EXPECT_EQ(Folders(), 0);
  // A folder that an agent had no time to remove.
  std::filesystem::create_directory(root_.File(".spool/zzzz"));
  AppendTo(root_.File(".spool/zzzz/lock"), "");
  AppendTo(root_.File(".spool/zzzz/abcdefgh-3-2.new"), "half a spool");
  EXPECT_THAT(Claim(), IsEmpty());
  EXPECT_EQ(Folders(), 0);
}

TEST_F(SpoolFolderTest, IgnoresSymbolicLinks) {
  TemporaryFolder elsewhere;
  AppendTo(elsewhere.File("abcdefgh-1-1"), "text");
  const auto folder = Make();
  std::filesystem::create_directory_symlink(elsewhere.path(), root_.File(".spool/link"));
  EXPECT_THAT(Claim(), IsEmpty());
  EXPECT_THAT(AttemptsWithSpools(root_.path()), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(elsewhere.File("lock")));
}

TEST_F(SpoolFolderTest, RefusesASweepIdThatLeadsElsewhere) {
  const auto folder = Make();
  EXPECT_THAT(folder->CreateSpool({"../x", 1, 1, ""}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("../x")));
}

TEST_F(SpoolFolderTest, SaysWhichWorkFolderCannotBeUsed) {
  const auto refused = SpoolFolder::Create("/dev/null/work", owner_, ids_);
  EXPECT_THAT(refused.status(), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("/dev/null/work")));
}

}  // namespace
}  // namespace sweepd::agent
