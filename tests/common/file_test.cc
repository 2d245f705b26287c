#include "common/file.h"

#include <sys/stat.h>

#include <filesystem>

#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {
namespace {

class FileTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
};

TEST_F(FileTest, WhatIsWrittenIsRead) {
  const std::string path = folder_.File("a");
  const std::string content("one\0two\n", 8);
  ASSERT_OK(WriteFileAtomically(path, content, 0600));
  EXPECT_EQ(*ReadFile(path), content);
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(FileTest, WritingReplacesTheWholeFileAndLeavesNothingElse) {
  const std::string path = folder_.File("a");
  ASSERT_OK(WriteFileAtomically(path, "a long text", 0644));
  ASSERT_OK(WriteFileAtomically(path, "short", 0644));
  EXPECT_EQ(*ReadFile(path), "short");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);
}

TEST_F(FileTest, AMissingFileIsNotFoundAndAFolderIsNoFile) {
  EXPECT_THAT(ReadFile(folder_.File("absent")), StatusIsCode(absl::StatusCode::kNotFound));
  EXPECT_FALSE(ReadFile(folder_.path()).ok());
  EXPECT_FALSE(WriteFileAtomically(folder_.File("absent/a"), "x", 0644).ok());
}

}  // namespace
}  // namespace sweepd
