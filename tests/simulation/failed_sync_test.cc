// The real store on a disk whose fsync fails.
#include <gtest/gtest.h>

#include <memory>

#include "server/store/sqlite/open.h"
#include "tests/simulation/controller_host.h"
#include "tests/simulation/world.h"
#include "tests/support/status_matchers.h"

namespace sweepd::simulation {
namespace {

absl::Status Register(Store& store, const std::string& id) {
  EXPECT_OK(store.Begin());
  EXPECT_OK(store.InsertAgent({id, "agent", "host", 1, "test", absl::UnixEpoch(), absl::UnixEpoch()}));
  return store.Commit();
}

TEST(FailedSync, KeepsTheLogOutOfTheDatabaseWhenTheStoreIsClosed) {
  const std::unique_ptr<Disk> disk = FormattedDisk().Copy(1, 512);
  const MemoryVfs vfs(*disk, "failed sync");
  SqliteOptions options;
  options.vfs = vfs.name();
  options.check_integrity = false;
  std::unique_ptr<Store> store = *OpenSqliteFile(kDatabasePath, options);
  ASSERT_OK(Register(*store, "stored"));
  const std::string database = disk->Find(kDatabasePath)->content;

  disk->FailNext(Disk::Operation::kSync, disk->operations() + 1);
  EXPECT_EQ(Register(*store, "uncertain").code(), absl::StatusCode::kUnavailable);
  store.reset();
  EXPECT_EQ(disk->Find(kDatabasePath)->content, database);

  store = *OpenSqliteFile(kDatabasePath, options);
  EXPECT_OK(store->FindAgent("stored"));
}

}  // namespace
}  // namespace sweepd::simulation
