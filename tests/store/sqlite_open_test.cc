// What OpenSqliteStore accepts, and what it refuses without touching it.
#include "server/store/sqlite/open.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/migrations.h"
#include "tests/store/samples.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void Write(const std::string& path, const std::string& content) { std::ofstream(path, std::ios::binary) << content; }

// A database with the schema of this version and some rows, closed.
void HaveDatabase(const TemporaryFolder& folder) {
  ASSERT_OK_AND_ASSIGN(const auto store, OpenSqliteStore(folder.path(), {}));
  ASSERT_OK(store->Begin());
  ASSERT_OK(store->InsertSweep(SampleSweep("aaaaaaaa")));
  for (int64_t number = 1; number <= 200; ++number) ASSERT_OK(store->InsertTrial(SampleTrial("aaaaaaaa", number)));
  ASSERT_OK(store->Commit());
}

// Runs a script on a database of its own, without our schema.
void RunScript(const std::string& path, const std::string& script) {
  ASSERT_OK_AND_ASSIGN(const auto connection, Connection::OpenWriter(path));
  ASSERT_OK(connection->FirstRowOf(script));
}

class RefusedFile : public testing::Test {
 protected:
  std::string path() const { return folder_.File("sweepd.sqlite3"); }

  void ExpectRefusal(absl::StatusCode code, const std::string& message) {
    const std::string before = ContentOf(path());
    EXPECT_THAT(OpenSqliteStore(folder_.path(), {}),
                StatusIs(code, AllOf(HasSubstr(message), HasSubstr(path()), HasSubstr("Nothing was changed"))));
    EXPECT_EQ(ContentOf(path()), before);
  }

  TemporaryFolder folder_;
};

TEST_F(RefusedFile, IsADatabaseOfAnotherProgram) {
  RunScript(path(), "CREATE TABLE t (x); PRAGMA application_id = 7; PRAGMA user_version = 1");
  ExpectRefusal(absl::StatusCode::kFailedPrecondition, "belongs to another program (application id 0x00000007");
}

TEST_F(RefusedFile, IsADatabaseOfAProgramThatDoesNotNameItself) {
  RunScript(path(), "CREATE TABLE t (x)");
  ExpectRefusal(absl::StatusCode::kFailedPrecondition, "belongs to another program");
}

TEST_F(RefusedFile, IsOfANewerVersion) {
  HaveDatabase(folder_);
  RunScript(path(), "PRAGMA user_version = 99");
  ExpectRefusal(absl::StatusCode::kFailedPrecondition, "newer version of this program (schema 99");
}

TEST_F(RefusedFile, IsNoDatabase) {
  Write(path(), std::string(10'000, 'x'));
  ExpectRefusal(absl::StatusCode::kDataLoss, "is damaged");
}

TEST_F(RefusedFile, IsCutShort) {
  HaveDatabase(folder_);
  const auto size = std::filesystem::file_size(path());
  std::filesystem::resize_file(path(), size / 2);
  ExpectRefusal(absl::StatusCode::kDataLoss, "is damaged");
}

TEST_F(RefusedFile, HasAnOverwrittenPage) {
  HaveDatabase(folder_);
  std::string content = ContentOf(path());
  // The pages of the trials, which is most of the file, begin in its middle.
  content.replace(content.size() / 2 / 4096 * 4096, 4096, std::string(4096, '\x5a'));
  Write(path(), content);
  ExpectRefusal(absl::StatusCode::kDataLoss, "is damaged");
}

TEST(OpenSqliteStore, RefusesASecondControllerAndNamesTheFirst) {
  TemporaryFolder folder;
  ASSERT_OK_AND_ASSIGN(auto first, OpenSqliteStore(folder.path(), {}));
  EXPECT_THAT(OpenSqliteStore(folder.path(), {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr(absl::StrCat("process ", getpid())), HasSubstr(folder.path()))));
  first.reset();
  EXPECT_OK(OpenSqliteStore(folder.path(), {}));
}

TEST(OpenSqliteStore, IsNotStoppedByTheLockFileOfAProcessThatIsGone) {
  TemporaryFolder folder;
  Write(folder.File("sweepd.lock"), "4194000\n");
  EXPECT_OK(OpenSqliteStore(folder.path(), {}));
}

TEST(OpenSqliteStore, TakesAnEmptyFileForANewDatabase) {
  TemporaryFolder folder;
  Write(folder.File("sweepd.sqlite3"), "");
  ASSERT_OK_AND_ASSIGN(const auto store, OpenSqliteStore(folder.path(), {}));
  EXPECT_TRUE(store->ListSweeps({.limit = 1})->empty());
}

TEST(OpenSqliteStore, GoesOnWithACreationThatWasInterrupted) {
  TemporaryFolder folder;
  RunScript(folder.File("sweepd.sqlite3"), "PRAGMA journal_mode = WAL");
  EXPECT_OK(OpenSqliteStore(folder.path(), {}));
}

TEST(OpenSqliteStore, SaysWhyItCannotUseAFolder) {
  TemporaryFolder folder;
  Write(folder.File("file"), "x");
  EXPECT_THAT(OpenSqliteStore(folder.File("file/data"), {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("cannot make the data directory")));
}

TEST(OpenSqliteStore, MarksTheFileAsItsOwn) {
  TemporaryFolder folder;
  ASSERT_OK_AND_ASSIGN(const auto store, OpenSqliteStore(folder.path(), {}));
  ASSERT_OK_AND_ASSIGN(const auto connection, Connection::OpenReader(folder.File("sweepd.sqlite3")));
  EXPECT_EQ(*connection->QueryInt("PRAGMA application_id"), kApplicationId);
  EXPECT_EQ(*connection->QueryInt("PRAGMA user_version"), Migrations().back().version);
  EXPECT_EQ(*connection->FirstRowOf("PRAGMA journal_mode"), "wal");
}

}  // namespace
}  // namespace sweepd
