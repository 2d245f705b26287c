// A reader with a connection of its own.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/sqlite_reads.h"
#include "server/store/store.h"

namespace sweepd {

class SqliteReader : public SqliteReads<StoreReader> {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteReader>> Open(const std::string& path, const std::string& vfs = "");

 private:
  explicit SqliteReader(std::unique_ptr<Connection> connection)
      : SqliteReads(*connection, Access::kReader), connection_(std::move(connection)) {}

  absl::Status BeginRead() override;
  void EndRead() override;

  std::unique_ptr<Connection> connection_;
};

}  // namespace sweepd
