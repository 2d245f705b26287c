#include "tests/simulation/disk.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace sweepd::simulation {
namespace {

std::shared_ptr<Disk::File> Create(Disk& disk, const std::string& name) {
  std::shared_ptr<Disk::File> file;
  EXPECT_EQ(disk.Create(name, file), Disk::Result::kOk);
  return file;
}

std::string ContentOf(const Disk& disk, const std::string& name) {
  const std::shared_ptr<Disk::File> file = disk.Find(name);
  return file == nullptr ? "absent" : file->content;
}

TEST(Disk, KeepsWhatWasSyncedThroughAPowerLoss) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    Disk disk(seed);
    const auto file = Create(disk, "log");
    disk.Write(*file, "synced", 0);
    EXPECT_EQ(disk.Sync(*file, /*folder=*/true), Disk::Result::kOk);
    disk.Kill();
    disk.RestartAfterPowerLoss();
    EXPECT_EQ(ContentOf(disk, "log"), "synced");
  }
}

TEST(Disk, MayKeepDropOrTearASectorThatWasNotSynced) {
  std::set<std::string> seen;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    Disk disk(seed);
    const auto file = Create(disk, "log");
    disk.Write(*file, "old!", 0);
    disk.Sync(*file, true);
    disk.Write(*file, "new!", 0);
    disk.Kill();
    disk.RestartAfterPowerLoss();
    seen.insert(ContentOf(disk, "log"));
  }
  EXPECT_TRUE(seen.contains("old!"));
  EXPECT_TRUE(seen.contains("new!"));
  EXPECT_TRUE(seen.contains("ned!"));
}

TEST(Disk, LosesNothingWhenOnlyTheProcessDies) {
  Disk disk(1);
  const auto file = Create(disk, "log");
  disk.Write(*file, "written", 0);
  disk.Kill();
  EXPECT_EQ(disk.Write(*file, "more", 0), Disk::Result::kCrashed);
  disk.Restart();
  EXPECT_EQ(ContentOf(disk, "log"), "written");
}

TEST(Disk, MayLoseANameWhoseFolderWasNotSynced) {
  int lost = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    Disk disk(seed);
    const auto file = Create(disk, "log");
    disk.Write(*file, "synced", 0);
    disk.Sync(*file, /*folder=*/false);
    disk.Kill();
    disk.RestartAfterPowerLoss();
    lost += disk.Find("log") == nullptr;
  }
  EXPECT_GT(lost, 20);
  EXPECT_LT(lost, 80);
}

TEST(Disk, BringsNoSectorBackAfterAFailedSync) {
  int old = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    Disk disk(seed);
    const auto file = Create(disk, "log");
    disk.Write(*file, "old", 0);
    disk.Sync(*file, true);
    disk.Write(*file, "new", 0);
    disk.FailNext(Disk::Operation::kSync, disk.operations() + 1);
    EXPECT_EQ(disk.Sync(*file, true), Disk::Result::kError);
    EXPECT_EQ(disk.Sync(*file, true), Disk::Result::kOk);
    disk.Kill();
    disk.RestartAfterPowerLoss();
    old += ContentOf(disk, "log") == "old";
  }
  EXPECT_GT(old, 20);
}

TEST(Disk, RefusesToGrowAFileWhenFullButOverwrites) {
  Disk disk(1);
  const auto file = Create(disk, "log");
  disk.Write(*file, "1234", 0);
  disk.SetFull(Disk::Full::kGrowing);
  EXPECT_EQ(disk.Write(*file, "abcd", 0), Disk::Result::kOk);
  EXPECT_EQ(disk.Write(*file, "efgh", 4), Disk::Result::kFull);
  disk.SetFull(Disk::Full::kNo);
  EXPECT_EQ(disk.Write(*file, "efgh", 4), Disk::Result::kOk);
}

TEST(Disk, StopsAtTheOperationThatWasAskedFor) {
  Disk disk(1);
  disk.CrashAt(3);
  const auto file = Create(disk, "log");
  EXPECT_EQ(disk.Write(*file, "a", 0), Disk::Result::kOk);
  EXPECT_EQ(disk.Sync(*file, true), Disk::Result::kCrashed);
  EXPECT_TRUE(disk.crashed());
}

}  // namespace
}  // namespace sweepd::simulation
