// Opens the store of a data directory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/store/sqlite/connection.h"
#include "server/store/store.h"

namespace sweepd {

struct SqliteOptions {
  Connection::Durability durability = Connection::Durability::kFull;
  bool check_integrity = true;
  // With check_integrity the whole file is read once, to find damage before it spreads: about a second for a gigabyte.
  // Without `on_damage` opening waits for it. With it opening waits for `check_patience` at most (0: not at all); then
  // the check goes on beside the store, at low priority, and calls `on_damage` on its own thread with what it found.
  // The process must end then.
  std::function<void(const absl::Status&)> on_damage = nullptr;
  absl::Duration check_patience = absl::Milliseconds(300);
  // Largest size of the database file; a write beyond it is RESOURCE_EXHAUSTED. 0: no limit but the disk's.
  int64_t max_bytes = 0;
  // A registered sqlite3_vfs through which the database is reached; empty: the operating system's.
  std::string vfs = {};
};

// Makes the data directory and the database in it when they do not exist, and migrates an older database after a
// backup. Repairs nothing.
//
//   FAILED_PRECONDITION  another process has the directory (named), or the file is of another program or of a newer
//                        version of this one
//   DATA_LOSS            the file is damaged
//   RESOURCE_EXHAUSTED, UNAVAILABLE  the disk
//
// Each message says what to do.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& data_dir, const SqliteOptions& options);

// The same for a database file without a data directory's lock: the caller keeps other controllers out.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteFile(const std::string& path, const SqliteOptions& options);

}  // namespace sweepd
