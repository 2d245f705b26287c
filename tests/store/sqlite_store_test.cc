// What the SQLite store promises beyond the contract of every store.
#include "server/store/sqlite/sqlite_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/core/errors.h"
#include "server/store/sqlite/open.h"
#include "tests/store/samples.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::unique_ptr<Store> OpenIn(const std::string& folder, SqliteOptions options = {}) {
  auto store = OpenSqliteStore(folder, options);
  EXPECT_OK(store);
  return *std::move(store);
}

std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

TEST(SqliteStore, KeepsCommittedChangesOverAReopenAndNoOthers) {
  TemporaryFolder folder;
  {
    const auto store = OpenIn(folder.path());
    ASSERT_OK(store->Begin());
    ASSERT_OK(store->InsertSweep(SampleSweep("aaaaaaaa")));
    ASSERT_OK(store->InsertTrial(SampleTrial("aaaaaaaa", 1)));
    ASSERT_OK(store->InsertAttempt(SampleAttempt({"aaaaaaaa", 1}, 1)));
    ASSERT_OK(store->AppendReports({"aaaaaaaa", 1}, 1, {SampleReport(1, 1, {{"loss", -0.0}})}));
    ASSERT_OK(store->Commit());
    ASSERT_OK(store->Begin());
    ASSERT_OK(store->InsertSweep(SampleSweep("bbbbbbbb")));
  }
  const auto store = OpenIn(folder.path());
  EXPECT_EQ(Describe(*store->FindSweep("aaaaaaaa")), Describe(SampleSweep("aaaaaaaa")));
  EXPECT_EQ(Describe(*store->FindTrial({"aaaaaaaa", 1})), Describe(SampleTrial("aaaaaaaa", 1)));
  EXPECT_EQ(Describe(*store->FindAttempt({"aaaaaaaa", 1}, 1)), Describe(SampleAttempt({"aaaaaaaa", 1}, 1)));
  EXPECT_THAT(Describe(*store->ListMetrics({"aaaaaaaa", 1}, {{}, 1, std::nullopt, 9})),
              ElementsAre(Describe(MetricPoint{"loss", 1, 1, 1, -0.0, At(1001)})));
  EXPECT_THAT(store->FindSweep("bbbbbbbb"), StatusIsCode(absl::StatusCode::kNotFound));
}

TEST(SqliteStore, IsReadableByItsOwnerOnly) {
  TemporaryFolder folder;
  const auto store = OpenIn(folder.File("new/data"));
  struct stat status;
  ASSERT_EQ(stat(folder.File("new/data").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST(SqliteStore, HasNoPlaceForLeaseTokens) {
  TemporaryFolder folder;
  const auto store = OpenIn(folder.path());
  ASSERT_OK(store->Begin());
  ASSERT_OK(store->InsertSweep(SampleSweep("aaaaaaaa")));
  ASSERT_OK(store->InsertTrial(SampleTrial("aaaaaaaa", 1)));
  ASSERT_OK(store->InsertAttempt(SampleAttempt({"aaaaaaaa", 1}, 1)));
  ASSERT_OK(store->Commit());
  ASSERT_OK_AND_ASSIGN(const auto connection, Connection::OpenReader(folder.File("sweepd.sqlite3")));
  ASSERT_OK_AND_ASSIGN(const auto column, connection->FirstRowOf("SELECT name FROM pragma_table_info('attempts')"
                                                                 " WHERE name LIKE '%token%'"));
  EXPECT_EQ(column, std::nullopt);
}

TEST(SqliteStore, SyncsEveryCommitUnlessToldOtherwise) {
  TemporaryFolder folder;
  ASSERT_OK_AND_ASSIGN(const auto connection, Connection::OpenWriter(folder.File("x.sqlite3")));
  ASSERT_OK(connection->UseWriteAheadLog(Connection::Durability::kFull));
  EXPECT_EQ(*connection->QueryInt("PRAGMA synchronous"), 2);
  ASSERT_OK(connection->UseWriteAheadLog(Connection::Durability::kNormal));
  EXPECT_EQ(*connection->QueryInt("PRAGMA synchronous"), 1);
  EXPECT_EQ(*connection->QueryInt("PRAGMA foreign_keys"), 1);
  EXPECT_EQ(*connection->FirstRowOf("PRAGMA mmap_size"), "0");
}

TEST(SqliteStore, NoticesThatAnotherControllerHasTakenOver) {
  TemporaryFolder folder;
  const auto first = OpenIn(folder.path());
  ASSERT_EQ(unlink(folder.File("sweepd.lock").c_str()), 0);
  const auto second = OpenIn(folder.path());
  EXPECT_THAT(first->Begin(), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(absl::StrCat(getpid()))));
  ASSERT_OK(second->Begin());
  ASSERT_OK(second->Commit());
}

TEST(SqliteStore, SaysThatTheDiskIsFullAndGoesOnOnceThereIsRoom) {
  TemporaryFolder folder;
  const auto store = OpenIn(folder.path(), {.max_bytes = 256 * 1024});
  ASSERT_OK(store->Begin());
  ASSERT_OK(store->InsertSweep(SampleSweep("aaaaaaaa")));
  ASSERT_OK(store->Commit());

  Sweep large = SampleSweep("bbbbbbbb");
  large.source = std::make_shared<const std::string>(1 << 20, 'x');
  ASSERT_OK(store->Begin());
  ASSERT_OK(store->UpdateSweep(SampleSweep("aaaaaaaa")));
  ASSERT_OK(store->Savepoint());
  const absl::Status full = store->InsertSweep(large);
  EXPECT_THAT(full, StatusIsCode(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(ReasonOf(full), "DISK_FULL");
  // SQLite has undone the whole transaction, and nothing may slip out of it.
  EXPECT_EQ(store->RollbackToSavepoint(), full);
  EXPECT_EQ(store->InsertTrial(SampleTrial("aaaaaaaa", 1)), full);
  EXPECT_EQ(store->FindSweep("aaaaaaaa").status(), full);
  EXPECT_EQ(store->Commit(), full);

  ASSERT_OK(store->FindSweep("aaaaaaaa"));
  EXPECT_THAT(store->FindSweep("bbbbbbbb"), StatusIsCode(absl::StatusCode::kNotFound));
  ASSERT_OK(store->Begin());
  ASSERT_OK(store->InsertTrial(SampleTrial("aaaaaaaa", 1)));
  ASSERT_OK(store->Commit());
  EXPECT_OK(store->FindTrial({"aaaaaaaa", 1}));
}

TEST(SqliteStore, LosesNoCommittedChangeWhenATransactionFillsTheDisk) {
  TemporaryFolder folder;
  const auto store = OpenIn(folder.path(), {.max_bytes = 256 * 1024});
  ASSERT_OK(store->Begin());
  ASSERT_OK(store->InsertSweep(SampleSweep("aaaaaaaa")));
  ASSERT_OK(store->Commit());
  int64_t committed = 0;
  for (int64_t number = 1; number < 10'000; ++number) {
    Trial trial = SampleTrial("aaaaaaaa", number);
    trial.message = std::string(4000, 'x');
    ASSERT_OK(store->Begin());
    absl::Status status = store->InsertTrial(trial);
    if (status.ok()) status = store->Commit();
    if (!status.ok()) {
      EXPECT_THAT(status, StatusIsCode(absl::StatusCode::kResourceExhausted));
      store->Rollback();
      break;
    }
    committed = number;
  }
  ASSERT_GT(committed, 10);
  EXPECT_EQ(store->ListTrials("aaaaaaaa", {.limit = 10'000})->size(), static_cast<size_t>(committed));
}

TEST(SqliteStore, RefusesAStoredWordThatItDoesNotKnow) {
  TemporaryFolder folder;
  const auto store = OpenIn(folder.path());
  ASSERT_OK(store->Begin());
  ASSERT_OK(store->InsertSweep(SampleSweep("aaaaaaaa")));
  ASSERT_OK(store->Commit());
  {
    ASSERT_OK_AND_ASSIGN(const auto other, Connection::OpenWriter(folder.File("sweepd.sqlite3")));
    ASSERT_OK(other->Execute("UPDATE sweeps SET reason = 'BOREDOM'"));
  }
  ASSERT_OK_AND_ASSIGN(const auto reader, store->OpenReader());
  EXPECT_THAT(reader->FindSweep("aaaaaaaa"), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("BOREDOM")));
}

TEST(SqliteStore, ShowsEachReaderOneCommittedStateWhileItWrites) {
  TemporaryFolder folder;
  const auto store = OpenIn(folder.path(), {.durability = Connection::Durability::kNormal});
  ASSERT_OK(store->Begin());
  ASSERT_OK(store->InsertSweep(SampleSweep("aaaaaaaa")));
  ASSERT_OK(store->Commit());
  // Every transaction adds two trials; a reader that saw half of one would count an odd number.
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK_AND_ASSIGN(std::shared_ptr<StoreReader> reader, store->OpenReader());
    threads.emplace_back([reader] {
      size_t seen = 0;
      while (seen < 200) {
        const auto trials = reader->ListTrials("aaaaaaaa", {.limit = 1000});
        ASSERT_OK(trials);
        ASSERT_EQ(trials->size() % 2, 0u);
        ASSERT_GE(trials->size(), seen);
        seen = trials->size();
      }
    });
  }
  for (int64_t number = 1; number < 200; number += 2) {
    EXPECT_OK(store->Begin());
    EXPECT_OK(store->InsertTrial(SampleTrial("aaaaaaaa", number)));
    EXPECT_OK(store->InsertTrial(SampleTrial("aaaaaaaa", number + 1)));
    EXPECT_OK(store->Commit());
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(SqliteStore, LetsAReaderOutliveIt) {
  TemporaryFolder folder;
  std::unique_ptr<StoreReader> reader;
  {
    const auto store = OpenIn(folder.path());
    ASSERT_OK(store->Begin());
    ASSERT_OK(store->InsertSweep(SampleSweep("aaaaaaaa")));
    ASSERT_OK(store->Commit());
    ASSERT_OK_AND_ASSIGN(reader, store->OpenReader());
  }
  EXPECT_OK(reader->FindSweep("aaaaaaaa"));
  reader.reset();
  EXPECT_OK(OpenIn(folder.path())->FindSweep("aaaaaaaa"));
}

TEST(SqliteStore, KeepsCommittedChangesOfAProcessThatWasKilled) {
  TemporaryFolder folder;
  TemporaryFolder copy;
  const auto store = OpenIn(folder.path());
  ASSERT_OK(store->Begin());
  ASSERT_OK(store->InsertSweep(SampleSweep("aaaaaaaa")));
  ASSERT_OK(store->Commit());
  ASSERT_OK(store->Begin());
  ASSERT_OK(store->InsertSweep(SampleSweep("bbbbbbbb")));
  // What a kill at this moment leaves: the files as they are, without a close.
  for (const char* name : {"sweepd.sqlite3", "sweepd.sqlite3-wal"}) {
    std::ofstream(copy.File(name), std::ios::binary) << ContentOf(folder.File(name));
  }
  const auto again = OpenIn(copy.path());
  EXPECT_OK(again->FindSweep("aaaaaaaa"));
  EXPECT_THAT(again->FindSweep("bbbbbbbb"), StatusIsCode(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace sweepd
