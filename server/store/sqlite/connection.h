// An open SQLite database with its prepared statements.
//
// Not thread-safe: each thread has its own connection.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/store/sqlite/statement.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sweepd {

class Connection {
 public:
  // kFull: a committed transaction survives a power loss. kNormal: it survives a crash of the process only.
  enum class Durability { kFull, kNormal };

  // Opens a database for writing, and creates it if `path` does not exist. Writes nothing before its first use. `vfs`
  // names a registered sqlite3_vfs through which its files are reached; empty: the operating system's.
  static absl::StatusOr<std::unique_ptr<Connection>> OpenWriter(const std::string& path, const std::string& vfs = "");
  // Opens an existing database for reading. Such a connection never checkpoints.
  static absl::StatusOr<std::unique_ptr<Connection>> OpenReader(const std::string& path, const std::string& vfs = "");

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Switches to the write-ahead log. For a writer, once the file is known to be ours. From then on nothing checkpoints
  // by itself but closing the connection: see LogCheckpoints.
  absl::Status UseWriteAheadLog(Durability durability);

  // Pages in the write-ahead log after the last commit.
  int log_pages() const { return log_pages_; }
  // Checkpoints: moves as much of the log into the database as readers allow. The others wait for readers, for up to
  // `patience`, so that the log starts anew, or is emptied and gives its space back; readers that hold on longer are no
  // error.
  absl::Status MoveLog();
  absl::Status MoveLogAndRestart(absl::Duration patience);
  absl::Status MoveLogAndEmpty(absl::Duration patience);

  // Breaks off the statement that runs on another thread, which gets CANCELLED. The only function for other threads.
  void Interrupt();
  // Asks `stop` every few thousand steps of every statement, and breaks it off (CANCELLED) once it says so.
  void StopWhen(std::function<bool()> stop);

  // `sql` is one statement and outlives the connection: a literal.
  Statement Prepare(absl::string_view sql);

  // Runs statements that give no rows and have no parameters.
  absl::Status Execute(const std::string& script);
  // Runs queries without parameters, in order, and returns the first column of the first row that any of them gives.
  absl::StatusOr<std::optional<std::string>> FirstRowOf(const std::string& script);
  // The value of an integer pragma or any other query with one integer.
  absl::StatusOr<int64_t> QueryInt(absl::string_view sql);

  // Write transactions. An error may undo the whole transaction: undone() is that error then, until Rollback.
  absl::Status Begin();
  absl::Status Commit();
  void Rollback();
  const absl::Status& undone() const { return undone_; }

  // Rows that the last INSERT, UPDATE or DELETE changed itself.
  int64_t changes() const;
  int64_t last_insert_key() const;

  // The texts of the statements in the cache, for looking at their query plans.
  std::vector<absl::string_view> prepared() const;

  const std::string& path() const { return path_; }
  const std::string& vfs() const { return vfs_; }

  // For Statement.
  absl::Status Error(int code, absl::string_view doing);
  void TakeBack(absl::string_view sql, sqlite3_stmt* statement);

 private:
  Connection(std::string path, std::string vfs, sqlite3* db) : path_(std::move(path)), vfs_(std::move(vfs)), db_(db) {}
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path, const std::string& vfs, int flags);
  absl::Status Checkpoint(int mode);
  absl::Status CheckpointWithPatience(int mode, absl::Duration patience);

  std::string path_;
  std::string vfs_;
  sqlite3* db_;
  // Statements that nobody uses at the moment, by the place of their text, which is quicker to look up than the text.
  absl::flat_hash_map<const char*, sqlite3_stmt*> idle_;
  bool begun_ = false;
  absl::Status undone_;
  int log_pages_ = 0;
  std::function<bool()> stop_;
};

}  // namespace sweepd
