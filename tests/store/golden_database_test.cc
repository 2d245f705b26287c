// Databases of every schema that was ever released open and read as they did then.
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/migrations.h"
#include "server/store/sqlite/open.h"
#include "tests/golden/golden_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {
namespace {

std::string GoldenFile(int64_t version, absl::string_view suffix) {
  std::ifstream file(absl::StrCat(SWEEPD_GOLDEN_FOLDER, "/v", version, suffix), std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

TEST(GoldenDatabase, OfEverySchemaReadsAsItWasWritten) {
  for (const Migration& migration : Migrations()) {
    SCOPED_TRACE(absl::StrCat("schema ", migration.version));
    TemporaryFolder folder;
    const std::string golden = GoldenFile(migration.version, ".sqlite3");
    ASSERT_NE(golden, "") << "tests/golden/README.md says how to write it";
    std::ofstream(folder.File("sweepd.sqlite3"), std::ios::binary) << golden;
    ASSERT_OK_AND_ASSIGN(const auto store, OpenSqliteStore(folder.path(), {}));
    EXPECT_EQ(DescribeGoldenStore(*store), GoldenFile(migration.version, ".txt"));
  }
}

TEST(GoldenDatabase, OfTheNewestSchemaIsWhatThisVersionWrites) {
  TemporaryFolder folder;
  ASSERT_OK_AND_ASSIGN(const auto store, OpenSqliteStore(folder.path(), {}));
  ASSERT_OK(FillGoldenStore(*store));
  EXPECT_EQ(DescribeGoldenStore(*store), GoldenFile(Migrations().back().version, ".txt"));
}

}  // namespace
}  // namespace sweepd
