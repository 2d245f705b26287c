#include "tests/store/store_contract.h"

#include <filesystem>

#include "server/store/cached/cached_store.h"
#include "server/store/memory/memory_store.h"
#include "server/store/sqlite/open.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {

void StoreContract::SetUp() {
  folder_ = MakeTemporaryFolder();
  ASSERT_OK_AND_ASSIGN(store_, GetParam().open(folder_));
}

void StoreContract::TearDown() {
  store_.reset();
  std::filesystem::remove_all(folder_);
}

void StoreContract::HaveSweep(const Sweep& sweep) {
  Commit([&] { ASSERT_OK(store().InsertSweep(sweep)); });
}

void StoreContract::HaveTrial(const Trial& trial) {
  Commit([&] { ASSERT_OK(store().InsertTrial(trial)); });
}

void StoreContract::HaveAttempt(const Attempt& attempt) {
  Commit([&] { ASSERT_OK(store().InsertAttempt(attempt)); });
}

namespace {

absl::StatusOr<std::unique_ptr<Store>> OpenMemory(const std::string&) { return std::make_unique<MemoryStore>(); }

absl::StatusOr<std::unique_ptr<Store>> OpenSqlite(const std::string& folder) {
  return OpenSqliteStore(folder, {.durability = Connection::Durability::kNormal});
}

absl::StatusOr<std::unique_ptr<Store>> OpenCachedMemory(const std::string&) {
  return std::make_unique<CachedStore>(std::make_unique<MemoryStore>());
}

const auto kBackends =
    testing::Values(StoreBackend{"Memory", OpenMemory}, StoreBackend{"CachedMemory", OpenCachedMemory},
                    StoreBackend{"Sqlite", OpenSqlite});

std::string NameOf(const testing::TestParamInfo<StoreBackend>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Backends, StoreContract, kBackends, NameOf);
INSTANTIATE_TEST_SUITE_P(Backends, MetricsContract, kBackends, NameOf);

}  // namespace
}  // namespace sweepd
