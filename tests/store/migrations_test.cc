#include "server/store/sqlite/migrations.h"

#include <filesystem>

#include "server/store/sqlite/backup.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {
namespace {

using testing::HasSubstr;

const Migration kFirst = {1, "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a (x) VALUES (7)",
                          "SELECT x FROM a WHERE x <> 7"};
const Migration kSecond = {2, "ALTER TABLE a RENAME TO b",
                           "SELECT 'a is still there' FROM sqlite_schema WHERE name = 'a'"};
const Migration kBroken = {2, "DELETE FROM a", "SELECT 'row ' || 7 || ' is gone' WHERE NOT EXISTS (SELECT x FROM a)"};

class MigrationsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(connection_, Connection::OpenWriter(folder_.File("x.sqlite3")));
    ASSERT_OK(connection_->UseWriteAheadLog(Connection::Durability::kNormal));
  }

  Connection& connection() { return *connection_; }

  TemporaryFolder folder_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(MigrationsTest, BringAnEmptyDatabaseToTheNewestSchema) {
  ASSERT_OK(Migrate(connection(), {kFirst, kSecond}));
  EXPECT_EQ(*connection().QueryInt("SELECT x FROM b"), 7);
  EXPECT_EQ(*connection().QueryInt("PRAGMA user_version"), 2);
  EXPECT_EQ(*connection().QueryInt("PRAGMA application_id"), kApplicationId);
  EXPECT_EQ(*connection().QueryInt("PRAGMA foreign_keys"), 1);
  EXPECT_FALSE(std::filesystem::exists(folder_.File("x.sqlite3.v0.backup")));
}

TEST_F(MigrationsTest, DoNothingToACurrentDatabase) {
  ASSERT_OK(Migrate(connection(), {kFirst}));
  ASSERT_OK(connection().Execute("UPDATE a SET x = 8"));
  ASSERT_OK(Migrate(connection(), {kFirst}));
  EXPECT_EQ(*connection().QueryInt("SELECT x FROM a"), 8);
}

TEST_F(MigrationsTest, BackAnExistingDatabaseUpFirst) {
  ASSERT_OK(Migrate(connection(), {kFirst}));
  ASSERT_OK(Migrate(connection(), {kFirst, kSecond}));
  ASSERT_OK_AND_ASSIGN(const auto backup, Connection::OpenReader(folder_.File("x.sqlite3.v1.backup")));
  EXPECT_EQ(*backup->QueryInt("SELECT x FROM a"), 7);
  EXPECT_EQ(*backup->QueryInt("PRAGMA user_version"), 1);
  EXPECT_EQ(*backup->QueryInt("PRAGMA application_id"), kApplicationId);
}

TEST_F(MigrationsTest, AreUndoneWhenTheirCheckComplains) {
  ASSERT_OK(Migrate(connection(), {kFirst}));
  EXPECT_THAT(Migrate(connection(), {kFirst, kBroken}),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("row 7 is gone")));
  EXPECT_EQ(*connection().QueryInt("SELECT x FROM a"), 7);
  EXPECT_EQ(*connection().QueryInt("PRAGMA user_version"), 1);
}

TEST_F(MigrationsTest, AreUndoneWhenTheyBreakAReference) {
  const Migration first = {1,
                           "CREATE TABLE p (k INTEGER PRIMARY KEY) STRICT; INSERT INTO p (k) VALUES (1);"
                           "CREATE TABLE c (k INTEGER REFERENCES p) STRICT; INSERT INTO c (k) VALUES (1)",
                           ""};
  ASSERT_OK(Migrate(connection(), {first}));
  EXPECT_THAT(Migrate(connection(), {first, {2, "DELETE FROM p", ""}}),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("a broken reference in table c")));
  EXPECT_EQ(*connection().QueryInt("SELECT count(*) FROM p"), 1);
}

TEST_F(MigrationsTest, AreNumberedFromOneWithoutAHole) {
  int64_t version = 0;
  for (const Migration& migration : Migrations()) EXPECT_EQ(migration.version, ++version);
  ASSERT_OK(Migrate(connection(), Migrations()));
}

TEST_F(MigrationsTest, KeepAnOlderBackupWhenTheNewOneCannotBeWritten) {
  ASSERT_OK(Migrate(connection(), {kFirst}));
  ASSERT_OK(BackUp(connection(), folder_.File("backup")));
  ASSERT_TRUE(std::filesystem::create_directory(folder_.File("backup.tmp")));
  std::filesystem::create_directory(folder_.File("backup.tmp/x"));
  EXPECT_FALSE(BackUp(connection(), folder_.File("backup")).ok());
  EXPECT_OK(Connection::OpenReader(folder_.File("backup")));
}

}  // namespace
}  // namespace sweepd
