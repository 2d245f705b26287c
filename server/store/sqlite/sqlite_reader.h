// A reader with a connection of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/sqlite_reads.h"
#include "server/store/store.h"

namespace sweepd {

class SqliteReader : public SqliteReads<StoreReader> {
 public:
  // `spec_changes` counts the transactions of the writer, committed since, that changed a spec; null: there will be
  // none.
  static absl::StatusOr<std::unique_ptr<SqliteReader>> Open(
      const std::string& path, const std::string& vfs = "",
      std::shared_ptr<const std::atomic<int64_t>> spec_changes = nullptr);

 private:
  SqliteReader(std::unique_ptr<Connection> connection, std::shared_ptr<const std::atomic<int64_t>> spec_changes)
      : SqliteReads(*connection, Access::kReader),
        connection_(std::move(connection)),
        spec_changes_(std::move(spec_changes)) {}

  absl::Status BeginRead() override;
  void EndRead() override;

  std::unique_ptr<Connection> connection_;
  const std::shared_ptr<const std::atomic<int64_t>> spec_changes_;
  int64_t known_spec_changes_ = 0;
};

}  // namespace sweepd
