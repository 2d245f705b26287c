// The write-ahead log stays short under load, whatever readers do, and shrinks when they let it.
#include "server/store/sqlite/log_checkpoints.h"

#include <atomic>
#include <filesystem>
#include <thread>

#include "server/store/sqlite/data_directory.h"
#include "server/store/sqlite/open.h"
#include "tests/store/samples.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {
namespace {

constexpr int64_t kMebibyte = 1 << 20;

class LogCheckpointsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(store_, OpenSqliteStore(folder_.path(), {.durability = Connection::Durability::kNormal}));
    ASSERT_OK(store_->Begin());
    ASSERT_OK(store_->InsertSweep(SampleSweep("aaaaaaaa")));
    ASSERT_OK(store_->Commit());
  }

  // Commits about `mebibytes` MiB, one MiB in a transaction.
  void Write(int64_t mebibytes) {
    for (int64_t i = 0; i < mebibytes; ++i) {
      ASSERT_OK(store_->Begin());
      for (int k = 0; k < 128; ++k) {
        Trial trial = SampleTrial("aaaaaaaa", ++trials_);
        trial.message = std::string(8000, 'x');
        ASSERT_OK(store_->InsertTrial(trial));
      }
      ASSERT_OK(store_->Commit());
      largest_ = std::max(largest_, LogBytes());
    }
  }

  int64_t LogBytes() const {
    return static_cast<int64_t>(std::filesystem::file_size(DatabasePath(folder_.path()) + "-wal"));
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  int64_t trials_ = 0;
  int64_t largest_ = 0;
};

TEST_F(LogCheckpointsTest, KeepTheLogShortWithoutReaders) {
  Write(80);
  EXPECT_LT(largest_, 24 * kMebibyte);
}

TEST_F(LogCheckpointsTest, KeepTheLogShortUnderReadersWithoutAGap) {
  std::atomic<bool> end = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(std::shared_ptr<StoreReader> reader, store_->OpenReader());
    threads.emplace_back([reader, &end] {
      while (!end) EXPECT_OK(reader->ListTrials("aaaaaaaa", {.limit = 20}));
    });
  }
  Write(200);
  end = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_LT(largest_, 160 * kMebibyte);
}

TEST_F(LogCheckpointsTest, ShrinkTheLogWhenAReaderLetsGoOfAnOldState) {
  {
    ASSERT_OK_AND_ASSIGN(const auto reader, Connection::OpenReader(DatabasePath(folder_.path())));
    ASSERT_OK(reader->Execute("BEGIN"));
    ASSERT_OK(reader->QueryInt("SELECT count(*) FROM trials"));
    Write(100);
    EXPECT_GT(LogBytes(), 100 * kMebibyte) << "nothing may be taken from a reader";
    EXPECT_EQ(*reader->QueryInt("SELECT count(*) FROM trials"), 0);
  }
  Write(20);
  EXPECT_LE(LogBytes(), 64 * kMebibyte);
}

}  // namespace
}  // namespace sweepd
