#include "server/store/sqlite/sqlite_reader.h"

#include "common/status_macros.h"

namespace sweepd {

absl::StatusOr<std::unique_ptr<SqliteReader>> SqliteReader::Open(
    const std::string& path, const std::string& vfs, std::shared_ptr<const std::atomic<int64_t>> spec_changes) {
  ASSIGN_OR_RETURN(auto connection, Connection::OpenReader(path, vfs));
  return std::unique_ptr<SqliteReader>(new SqliteReader(std::move(connection), std::move(spec_changes)));
}

absl::Status SqliteReader::BeginRead() {
  // Before the state that is read is chosen: what is remembered from it is never older than this number says.
  const int64_t changes = spec_changes_ == nullptr ? 0 : spec_changes_->load();
  if (changes != known_spec_changes_) rows_.sweeps.ForgetSpecs();
  known_spec_changes_ = changes;
  return connection_->Prepare("BEGIN").Run();
}

// Ending a transaction that wrote nothing cannot fail in a way that matters to what was read.
void SqliteReader::EndRead() { connection_->Prepare("COMMIT").Run().IgnoreError(); }

}  // namespace sweepd
