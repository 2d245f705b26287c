// Backups of a store that is at work, and their way back.
#include "server/store/sqlite/restore.h"

#include <sys/stat.h>

#include <filesystem>

#include "common/file.h"
#include "server/core/errors.h"
#include "server/store/sqlite/backup.h"
#include "server/store/sqlite/open.h"
#include "server/store/sqlite/sqlite_backups.h"
#include "tests/store/samples.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

std::unique_ptr<Store> OpenIn(const std::string& folder) {
  auto store = OpenSqliteStore(folder, {.durability = Connection::Durability::kNormal});
  EXPECT_OK(store);
  return *std::move(store);
}

void Insert(Store& store, const std::string& sweep) {
  ASSERT_OK(store.Begin());
  ASSERT_OK(store.InsertSweep(SampleSweep(sweep)));
  ASSERT_OK(store.Commit());
}

std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

class BackupTest : public testing::Test {
 protected:
  std::string data() const { return folder_.File("data"); }
  std::string backup() const { return folder_.File("backup"); }

  TemporaryFolder folder_;
};

TEST_F(BackupTest, HoldsWhatWasCommittedAndNothingElse) {
  const auto store = OpenIn(data());
  Insert(*store, "aaaaaaaa");
  ASSERT_OK(store->Begin());
  ASSERT_OK(store->InsertSweep(SampleSweep("bbbbbbbb")));
  ASSERT_OK_AND_ASSIGN(const BackupContents contents, BackUpFile(DatabasePath(data()), backup(), nullptr));
  ASSERT_OK(store->Commit());
  EXPECT_EQ(contents.sweeps, 1);
  EXPECT_EQ(contents.trials, 1 + 2 + 3 + 4 + 5 + 6 + 7);
  EXPECT_EQ(contents.bytes, static_cast<int64_t>(fs::file_size(backup())));
  struct stat info {};
  ASSERT_EQ(stat(backup().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(BackupTest, IsBrokenOffWhenNobodyWantsItAndLeavesNothing) {
  const auto store = OpenIn(data());
  ASSERT_OK(store->Begin());
  ASSERT_OK(store->InsertSweep(SampleSweep("aaaaaaaa")));
  for (int64_t number = 1; number < 5000; ++number) ASSERT_OK(store->InsertTrial(SampleTrial("aaaaaaaa", number)));
  ASSERT_OK(store->Commit());
  SqliteBackups backups(data());
  EXPECT_THAT(backups.Make([] { return true; }), StatusIsCode(absl::StatusCode::kCancelled));
  EXPECT_FALSE(fs::exists(data() + "/sweepd.backup"));
  EXPECT_FALSE(fs::exists(data() + "/sweepd.backup.tmp"));
}

TEST_F(BackupTest, IsMadeOneAtATimeAndGoesWithItsObject) {
  const auto store = OpenIn(data());
  Insert(*store, "aaaaaaaa");
  AppendTo(data() + "/sweepd.backup.tmp", "left by a process that was killed");
  SqliteBackups backups(data());
  const auto never = [] { return false; };
  std::string path;
  {
    ASSERT_OK_AND_ASSIGN(const auto file, backups.Make(never));
    path = file->path();
    EXPECT_EQ(DescribeDatabase(path)->sweeps, 1);
    const auto second = backups.Make(never);
    EXPECT_THAT(second, StatusIsCode(absl::StatusCode::kResourceExhausted));
    EXPECT_EQ(ReasonOf(second.status()), "BACKUP_BUSY");
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_OK(backups.Make(never));
}

TEST_F(BackupTest, IsRefusedOfAFileThatIsNotOurs) {
  EXPECT_THAT(BackUpFile(folder_.File("absent"), backup(), nullptr), StatusIsCode(absl::StatusCode::kNotFound));
  AppendTo(folder_.File("text"), std::string(5000, 'x'));
  EXPECT_THAT(BackUpFile(folder_.File("text"), backup(), nullptr), StatusIsCode(absl::StatusCode::kDataLoss));
  EXPECT_FALSE(fs::exists(backup()));
}

class RestoreTest : public BackupTest {
 protected:
  // A backup that holds sweep aaaaaaaa, and a database that holds bbbbbbbb too, not closed but killed.
  void SetUp() override {
    const std::string origin = folder_.File("origin");
    const auto store = OpenIn(origin);
    Insert(*store, "aaaaaaaa");
    ASSERT_OK(BackUpFile(DatabasePath(origin), backup(), nullptr));
    Insert(*store, "bbbbbbbb");
    killed_ = folder_.File("killed");
    fs::create_directory(killed_);
    for (const char* part : {"", "-wal"}) fs::copy_file(DatabasePath(origin) + part, DatabasePath(killed_) + part);
    fs::copy(killed_, data());
  }

  std::string Restore() {
    auto directory = DataDirectory::Lock(data());
    EXPECT_OK(directory);
    EXPECT_TRUE(HoldsDatabase(**directory));
    auto aside = PutInPlace(**directory, backup(), At(0));
    EXPECT_OK(aside);
    return *aside;
  }

  std::string killed_;  // another copy of that database
};

TEST_F(RestoreTest, PutsTheBackupInPlaceAndMovesTheOldDatabaseAsideWithItsLog) {
  const std::string aside = Restore();
  EXPECT_EQ(aside, DatabasePath(data()) + ".replaced-20240531T160837Z");
  EXPECT_EQ(DescribeDatabase(DatabasePath(data()))->sweeps, 1);
  EXPECT_EQ(DescribeDatabase(aside)->sweeps, 2);
  const auto store = OpenIn(data());
  EXPECT_OK(store->FindSweep("aaaaaaaa"));
  EXPECT_THAT(store->FindSweep("bbbbbbbb"), StatusIsCode(absl::StatusCode::kNotFound));
}

TEST_F(RestoreTest, NeverOverwritesWhatWasMovedAsideBefore) { EXPECT_NE(Restore(), Restore()); }

TEST_F(RestoreTest, WorksOnAnEmptyFolder) {
  ASSERT_OK_AND_ASSIGN(const auto directory, DataDirectory::Lock(folder_.File("new")));
  EXPECT_FALSE(HoldsDatabase(*directory));
  EXPECT_EQ(*PutInPlace(*directory, backup(), At(0)), "");
  EXPECT_THAT(NamesIn(folder_.File("new")), testing::Contains("sweepd.sqlite3"));
}

// Every state that a power loss can leave between the steps: a controller must not start on it, and the restore goes on
// without losing a file.
TEST_F(RestoreTest, GoesOnWhereItWasInterrupted) {
  const std::string database = DatabasePath(data());
  const std::string aside = database + ".replaced-before";
  for (const int step : {1, 2, 3, 4}) {
    SCOPED_TRACE(step);
    fs::remove_all(data());
    fs::copy(killed_, data());
    ASSERT_OK(WriteFileAtomically(data() + "/sweepd.restoring", aside, 0600));
    if (step >= 2) fs::rename(database, aside);
    if (step >= 3) fs::rename(database + "-wal", aside + "-wal");
    if (step >= 4) fs::copy_file(backup(), database);
    EXPECT_THAT(OpenSqliteStore(data(), {}),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("a restore of")));
    ASSERT_OK_AND_ASSIGN(const auto directory, DataDirectory::Lock(data()));
    ASSERT_OK(PutInPlace(*directory, backup(), At(0)));
    EXPECT_OK(RefuseUnfinishedRestore(*directory));
    EXPECT_EQ(DescribeDatabase(aside)->sweeps, 2);
    EXPECT_EQ(DescribeDatabase(database)->sweeps, 1);
  }
}

}  // namespace
}  // namespace sweepd
