// Keeps the write-ahead log short: moves it into the database between transactions.
//
// SQLite's own rule checkpoints inside the commit that makes the log 1000 pages long, so that the callers of that batch
// wait for it, and lets readers that follow each other without a gap keep the log from ever starting anew. Here the log
// is moved before the next transaction begins, when the last one's callers have their answers, in larger portions; and
// once it is long, a checkpoint waits a moment for the readers to let go of it, so that the log starts anew. While one
// reader holds an old state for long (a backup) the log grows, and shrinks when it has ended.
#pragma once

#include "absl/status/status.h"
#include "server/store/sqlite/connection.h"

namespace sweepd {

// Belongs to the thread of the only writer, which is the only one to checkpoint.
class LogCheckpoints {
 public:
  // The connection outlives it and must use the write-ahead log.
  explicit LogCheckpoints(Connection& connection) : connection_(connection) {}

  // Call between transactions. A full disk or a reader that holds the log is no error: the log stays, and the next call
  // tries again. After any other error the state on disk is unknown and the process must end; every later call returns
  // the same error.
  absl::Status RunIfDue();

  // The last transaction found no space. The log may hold the space that is missing, so the next RunIfDue empties it.
  void NoteFullDisk() { disk_is_full_ = true; }

 private:
  absl::Status Settle(const absl::Status& moved);

  Connection& connection_;
  // Pages of the log at the last checkpoint, and at the last one that waited for readers, since it started anew.
  int tried_at_ = 0;
  int restart_tried_at_ = 0;
  bool disk_is_full_ = false;
  absl::Status failed_;
};

}  // namespace sweepd
