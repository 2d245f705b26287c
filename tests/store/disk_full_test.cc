// A disk that is full at any write: nothing is half done, and everything goes on once there is room.
//
// max_page_count (sqlite_store_test.cc) fails while a page is made; a real disk fails where the log, its index or the
// database itself grows. So the real file system is used through a layer that refuses to let files grow beyond a quota.
#include <errno.h>
#include <sqlite3.h>

#include <atomic>
#include <cstring>

#include "server/core/errors.h"
#include "server/store/sqlite/data_directory.h"
#include "server/store/sqlite/open.h"
#include "tests/store/samples.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {
namespace {

// Bytes that may still be written, over all files; the test's process has one disk.
std::atomic<int64_t> room = INT64_MAX;

// The methods of the real file system for one kind of file, and the same with writes that need room. They differ for a
// database and its log.
struct Methods {
  const sqlite3_io_methods* real = nullptr;
  sqlite3_io_methods limited = {};
};
Methods database_methods;
Methods log_methods;

int WriteLimited(const Methods& methods, sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  sqlite3_int64 end = 0;
  if (methods.real->xFileSize(file, &end) == SQLITE_OK && offset + size > end) {
    const int64_t growth = offset + size - end;
    if (room.load() < growth) return SQLITE_FULL;
    room -= growth;
  }
  return methods.real->xWrite(file, data, size, offset);
}

int WriteDatabase(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  return WriteLimited(database_methods, file, data, size, offset);
}

int WriteLog(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  return WriteLimited(log_methods, file, data, size, offset);
}

int MapIndex(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  if (extend != 0 && region > 0 && room.load() < size) {
    errno = 0;  // SQLite does other calls after the one that failed
    return SQLITE_IOERR_SHMSIZE;
  }
  return database_methods.real->xShmMap(file, region, size, extend, memory);
}

int OpenLimited(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* real = static_cast<sqlite3_vfs*>(vfs->pAppData);
  const int code = real->xOpen(real, name, file, flags, out_flags);
  if (code != SQLITE_OK || (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0) return code;
  file->pMethods = (flags & SQLITE_OPEN_WAL) != 0 ? &log_methods.limited : &database_methods.limited;
  return code;
}

// Learns the real methods from files that are opened for nothing else.
void LearnMethods(const std::string& folder) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open((folder + "/probe").c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, "PRAGMA journal_mode = WAL; CREATE TABLE t (x)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_file* file = nullptr;
  ASSERT_EQ(sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file), SQLITE_OK);
  database_methods = {file->pMethods, *file->pMethods};
  ASSERT_EQ(sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file), SQLITE_OK);
  log_methods = {file->pMethods, *file->pMethods};
  database_methods.limited.xWrite = WriteDatabase;
  database_methods.limited.xShmMap = MapIndex;
  log_methods.limited.xWrite = WriteLog;
  sqlite3_close(db);
}

class DiskFull : public testing::Test {
 protected:
  void SetUp() override {
    LearnMethods(folder_.path());
    sqlite3_vfs* real = sqlite3_vfs_find(nullptr);
    limited_ = *real;
    limited_.zName = "limited";
    limited_.pAppData = real;
    limited_.xOpen = OpenLimited;
    ASSERT_EQ(sqlite3_vfs_register(&limited_, /*makeDflt=*/1), SQLITE_OK);
    room = INT64_MAX;
    ASSERT_OK_AND_ASSIGN(store_, OpenSqliteStore(folder_.path(), {.durability = Connection::Durability::kNormal}));
    ASSERT_OK(store_->Begin());
    ASSERT_OK(store_->InsertSweep(SampleSweep("aaaaaaaa")));
    ASSERT_OK(store_->Commit());
  }

  void TearDown() override {
    store_.reset();
    sqlite3_vfs_unregister(&limited_);
  }

  // One transaction with one trial of `bytes`.
  absl::Status Insert(int64_t number, size_t bytes) {
    const absl::Status begun = store_->Begin();
    if (!begun.ok()) return begun;
    Trial trial = SampleTrial("aaaaaaaa", number);
    trial.message = std::string(bytes, 'x');
    absl::Status status = store_->InsertTrial(trial);
    if (status.ok()) status = store_->Commit();
    if (!status.ok()) store_->Rollback();
    return status;
  }

  int64_t Stored() { return static_cast<int64_t>(store_->ListTrials("aaaaaaaa", {.limit = 100'000})->size()); }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  sqlite3_vfs limited_;
};

TEST_F(DiskFull, LosesAndKeepsExactlyWhatWasAnswered) {
  int64_t committed = 0;
  for (const int64_t quota : {0, 5'000, 100'000, 1'000'000}) {
    room = quota;
    absl::Status status;
    while (status.ok()) {
      status = Insert(committed + 1, 30'000);
      if (status.ok()) ++committed;
      ASSERT_LT(committed, 10'000);
    }
    EXPECT_THAT(status, StatusIsCode(absl::StatusCode::kResourceExhausted));
    EXPECT_EQ(ReasonOf(status), "DISK_FULL");
    EXPECT_EQ(Stored(), committed);
    EXPECT_EQ(Insert(committed + 1, 30'000).code(), absl::StatusCode::kResourceExhausted) << "it stays full";
    EXPECT_OK(store_->Begin()) << "what needs no room goes on";
    EXPECT_OK(store_->Commit());
  }
  room = INT64_MAX;
  ASSERT_OK(Insert(committed + 1, 30'000));
  EXPECT_EQ(Stored(), committed + 1);
}

TEST_F(DiskFull, IsNoErrorOfACheckpoint) {
  // The log is long enough for a checkpoint when there is still room for the log, and none for the database as well.
  room = 30'000'000;
  int64_t committed = 0;
  absl::Status status;
  while (status.ok()) {
    status = Insert(committed + 1, 16'000);
    if (status.ok()) ++committed;
    ASSERT_LT(committed, 10'000);
  }
  EXPECT_THAT(status, StatusIsCode(absl::StatusCode::kResourceExhausted));
  EXPECT_GT(committed, 1050) << "the log alone holds that many";
  EXPECT_EQ(Stored(), committed);
  room = INT64_MAX;
  for (int i = 0; i < 1200; ++i) ASSERT_OK(Insert(++committed, 16'000));
  EXPECT_EQ(Stored(), committed);
}

}  // namespace
}  // namespace sweepd
