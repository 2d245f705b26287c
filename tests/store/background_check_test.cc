// A large file does not keep a start waiting, and its damage is found nevertheless.
#include "server/store/sqlite/background_check.h"

#include <filesystem>

#include "absl/synchronization/notification.h"
#include "server/store/sqlite/data_directory.h"
#include "server/store/sqlite/open.h"
#include "tests/store/samples.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// About 12 MiB.
void HaveDatabase(const TemporaryFolder& folder) {
  ASSERT_OK_AND_ASSIGN(const auto store,
                       OpenSqliteStore(folder.path(), {.durability = Connection::Durability::kNormal}));
  ASSERT_OK(store->Begin());
  ASSERT_OK(store->InsertSweep(SampleSweep("aaaaaaaa")));
  for (int64_t number = 1; number <= 3000; ++number) {
    Trial trial = SampleTrial("aaaaaaaa", number);
    trial.message = std::string(4000, 'x');
    ASSERT_OK(store->InsertTrial(trial));
  }
  ASSERT_OK(store->Commit());
}

void DamageMiddle(const std::string& path) {
  std::string content = ReadAll(path);
  content.replace(content.size() / 2 / 4096 * 4096, 4096, std::string(4096, '\x5a'));
  std::filesystem::remove(path);
  AppendTo(path, content);
}

class BackgroundCheckTest : public testing::Test {
 protected:
  void SetUp() override { HaveDatabase(folder_); }

  // Options of a start that does not wait for the check at all.
  SqliteOptions Impatient() {
    SqliteOptions options;
    options.check_patience = absl::ZeroDuration();
    options.on_damage = [this](const absl::Status& found) {
      damage_ = found;
      told_.Notify();
    };
    return options;
  }

  std::string path() const { return DatabasePath(folder_.path()); }

  TemporaryFolder folder_;
  absl::Status damage_;
  absl::Notification told_;
};

TEST_F(BackgroundCheckTest, FindsDamageAfterTheStoreWasOpened) {
  DamageMiddle(path());
  ASSERT_OK_AND_ASSIGN(const auto store, OpenSqliteStore(folder_.path(), Impatient()));
  told_.WaitForNotification();
  EXPECT_THAT(damage_, StatusIs(absl::StatusCode::kDataLoss,
                                AllOf(HasSubstr(path()), HasSubstr("is damaged"), HasSubstr("sweepd restore"))));
}

TEST_F(BackgroundCheckTest, KeepsAStartFromADamagedFileWhenItIsQuickEnough) {
  DamageMiddle(path());
  SqliteOptions patient = Impatient();
  patient.check_patience = absl::Minutes(5);
  EXPECT_THAT(OpenSqliteStore(folder_.path(), patient),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("Nothing was changed")));
  EXPECT_FALSE(told_.HasBeenNotified());
}

TEST_F(BackgroundCheckTest, SaysNothingOfASoundFileAndLetsTheStoreWrite) {
  ASSERT_OK_AND_ASSIGN(const auto reader, Connection::OpenReader(path()));
  {
    ASSERT_OK_AND_ASSIGN(const auto store, OpenSqliteStore(folder_.path(), Impatient()));
    ASSERT_OK(store->Begin());
    ASSERT_OK(store->InsertSweep(SampleSweep("bbbbbbbb")));
    ASSERT_OK(store->Commit());
  }
  EXPECT_FALSE(told_.HasBeenNotified());
}

TEST_F(BackgroundCheckTest, EndsWithItsResultOnce) {
  ASSERT_OK_AND_ASSIGN(auto reader, Connection::OpenReader(path()));
  BackgroundCheck check(std::move(reader));
  EXPECT_EQ(check.Await(absl::InfiniteDuration()), absl::OkStatus());
  check.GoOnQuietly([](const absl::Status& found) { ADD_FAILURE() << found; });
}

}  // namespace
}  // namespace sweepd
