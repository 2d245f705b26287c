#include "server/store/sqlite/connection.h"

#include <sqlite3.h>

#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/store/sqlite/row.h"
#include "server/store/sqlite/sqlite_error.h"

namespace sweepd {
namespace {

// How long to wait for a lock of another process, for example a person's sqlite3 shell.
constexpr int kBusyMilliseconds = 2000;

// Counting every allocation under a lock is what SQLite does by default.
void TuneLibrary() {
  static std::once_flag once;
  std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}
// Steps of SQLite's machine between two looks at StopWhen: a fraction of a millisecond.
constexpr int kStepsBetweenStops = 10'000;

// For the writer alone.
//
// cache_size: 64 MiB instead of 2, in KiB. It holds the inner pages of every index of a million trials, so that a
// commit touches the disk for its leaves at most; the readers share the system's cache. temp_store: the before-images
// that each command's savepoint keeps stay in memory. In files they would cost writes, and a full /tmp would fail
// commands although the database's own disk has room.
constexpr char kWriterPragmas[] = "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY";

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& path, const std::string& vfs,
                                                             int flags) {
  TuneLibrary();
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                   vfs.empty() ? nullptr : vfs.c_str());
  if (code != SQLITE_OK) {
    const absl::Status status = SqliteError(db, code, absl::StrCat("open ", path));
    sqlite3_close_v2(db);
    return status;
  }
  auto connection = std::unique_ptr<Connection>(new Connection(path, vfs, db));
  sqlite3_busy_timeout(db, kBusyMilliseconds);
  RETURN_IF_ERROR(connection->Execute("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"));
  // A mapped file would turn an I/O error into a signal.
  RETURN_IF_ERROR(connection->FirstRowOf("PRAGMA mmap_size = 0").status());
  return connection;
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::OpenWriter(const std::string& path, const std::string& vfs) {
  ASSIGN_OR_RETURN(auto connection, Open(path, vfs, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  // Until UseWriteAheadLog: a file that turns out not to be ours, or damaged, keeps its log as it is.
  sqlite3_db_config(connection->db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return connection;
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::OpenReader(const std::string& path, const std::string& vfs) {
  ASSIGN_OR_RETURN(auto connection, Open(path, vfs, SQLITE_OPEN_READONLY));
  sqlite3_db_config(connection->db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_wal_autocheckpoint(connection->db_, 0);
  RETURN_IF_ERROR(connection->Execute("PRAGMA query_only = ON"));
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
  sqlite3_close_v2(db_);
}

absl::Status Connection::UseWriteAheadLog(Durability durability) {
  ASSIGN_OR_RETURN(const auto mode, FirstRowOf("PRAGMA journal_mode = WAL"));
  if (mode != "wal") {
    return absl::FailedPreconditionError(
        absl::StrCat("the file system of ", path_, " does not support SQLite's write-ahead log; use a local disk"));
  }
  sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  sqlite3_wal_hook(
      db_,
      [](void* connection, sqlite3*, const char*, int pages) {
        static_cast<Connection*>(connection)->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);
  RETURN_IF_ERROR(Execute(kWriterPragmas));
  // A log that once grew large is cut back to this size when it starts anew.
  RETURN_IF_ERROR(FirstRowOf("PRAGMA journal_size_limit = 67108864").status());
  return Execute(durability == Durability::kFull ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
}

absl::Status Connection::Checkpoint(int mode) {
  const int code = sqlite3_wal_checkpoint_v2(db_, nullptr, mode, nullptr, nullptr);
  return code == SQLITE_OK || code == SQLITE_BUSY ? absl::OkStatus() : Error(code, "checkpoint the write-ahead log");
}

absl::Status Connection::MoveLog() { return Checkpoint(SQLITE_CHECKPOINT_PASSIVE); }

absl::Status Connection::MoveLogAndRestart(absl::Duration patience) {
  return CheckpointWithPatience(SQLITE_CHECKPOINT_RESTART, patience);
}

absl::Status Connection::MoveLogAndEmpty(absl::Duration patience) {
  return CheckpointWithPatience(SQLITE_CHECKPOINT_TRUNCATE, patience);
}

absl::Status Connection::CheckpointWithPatience(int mode, absl::Duration patience) {
  sqlite3_busy_timeout(db_, static_cast<int>(absl::ToInt64Milliseconds(patience)));
  const absl::Status moved = Checkpoint(mode);
  sqlite3_busy_timeout(db_, kBusyMilliseconds);
  return moved;
}

void Connection::Interrupt() { sqlite3_interrupt(db_); }

void Connection::StopWhen(std::function<bool()> stop) {
  stop_ = std::move(stop);
  const auto ask = [](void* connection) { return static_cast<Connection*>(connection)->stop_() ? 1 : 0; };
  sqlite3_progress_handler(db_, kStepsBetweenStops, ask, this);
}

Statement Connection::Prepare(absl::string_view sql) {
  const auto idle = idle_.find(sql.data());
  if (idle != idle_.end()) {
    sqlite3_stmt* statement = idle->second;
    idle_.erase(idle);
    return Statement(*this, sql, statement, absl::OkStatus());
  }
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code == SQLITE_OK) return Statement(*this, sql, statement, absl::OkStatus());
  return Statement(*this, sql, nullptr, Error(code, absl::StrCat("prepare ", sql)));
}

void Connection::TakeBack(absl::string_view sql, sqlite3_stmt* statement) {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (!idle_.emplace(sql.data(), statement).second) sqlite3_finalize(statement);
}

absl::Status Connection::Execute(const std::string& script) {
  const int code = sqlite3_exec(db_, script.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Error(code, absl::StrCat("run ", script));
}

absl::StatusOr<std::optional<std::string>> Connection::FirstRowOf(const std::string& script) {
  std::optional<std::string> found;
  const auto keep_first = [](void* context, int count, char** values, char**) {
    auto& first = *static_cast<std::optional<std::string>*>(context);
    if (!first.has_value()) first = count > 0 && values[0] != nullptr ? values[0] : "";
    return 0;
  };
  const int code = sqlite3_exec(db_, script.c_str(), keep_first, &found, nullptr);
  if (code != SQLITE_OK) return Error(code, absl::StrCat("run ", script));
  return found;
}

absl::StatusOr<int64_t> Connection::QueryInt(absl::string_view sql) {
  Statement query = Prepare(sql);
  ASSIGN_OR_RETURN(const auto value, ReadOne(query, [](Row& row) { return row.Int(); }));
  if (!value.has_value()) return absl::DataLossError(absl::StrCat("no row from ", sql));
  return *value;
}

absl::Status Connection::Begin() {
  RETURN_IF_ERROR(Prepare("BEGIN IMMEDIATE").Run());
  begun_ = true;
  return absl::OkStatus();
}

absl::Status Connection::Commit() {
  RETURN_IF_ERROR(undone_);
  RETURN_IF_ERROR(Prepare("COMMIT").Run());
  begun_ = false;
  return absl::OkStatus();
}

void Connection::Rollback() {
  // An error leaves nothing to do: the transaction is over, or the next Begin fails.
  if (sqlite3_get_autocommit(db_) == 0) Prepare("ROLLBACK").Run().IgnoreError();
  begun_ = false;
  undone_ = absl::OkStatus();
}

std::vector<absl::string_view> Connection::prepared() const {
  std::vector<absl::string_view> texts;
  for (const auto& [place, statement] : idle_) texts.push_back(sqlite3_sql(statement));
  return texts;
}

int64_t Connection::changes() const { return sqlite3_changes64(db_); }
int64_t Connection::last_insert_key() const { return sqlite3_last_insert_rowid(db_); }

absl::Status Connection::Error(int code, absl::string_view doing) {
  const absl::Status status = SqliteError(db_, code, doing);
  // After a failed fsync nobody knows what of the log reached the disk. Closing must not copy it into the database: the
  // next start reads it again and takes what its checksums prove.
  const bool io_error = (code & 0xff) == SQLITE_IOERR;
  if (io_error) sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  // SQLite undoes the transaction for some statements, and the statement alone for others, such as an INSERT of several
  // rows. To the caller both are the same.
  const bool undoes = io_error || code == SQLITE_FULL || sqlite3_get_autocommit(db_) != 0;
  if (begun_ && undone_.ok() && undoes) undone_ = status;
  return status;
}

}  // namespace sweepd
