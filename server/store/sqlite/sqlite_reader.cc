#include "server/store/sqlite/sqlite_reader.h"

#include "common/status_macros.h"

namespace sweepd {

absl::StatusOr<std::unique_ptr<SqliteReader>> SqliteReader::Open(const std::string& path, const std::string& vfs) {
  ASSIGN_OR_RETURN(auto connection, Connection::OpenReader(path, vfs));
  return std::unique_ptr<SqliteReader>(new SqliteReader(std::move(connection)));
}

absl::Status SqliteReader::BeginRead() { return connection_->Prepare("BEGIN").Run(); }

// Ending a transaction that wrote nothing cannot fail in a way that matters to what was read.
void SqliteReader::EndRead() { connection_->Prepare("COMMIT").Run().IgnoreError(); }

}  // namespace sweepd
