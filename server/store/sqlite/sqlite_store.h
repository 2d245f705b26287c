// The Store that keeps its state in one SQLite file. Opened by OpenSqliteStore.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/store/sqlite/background_check.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/data_directory.h"
#include "server/store/sqlite/log_checkpoints.h"
#include "server/store/sqlite/sqlite_reads.h"
#include "server/store/store.h"
#include "server/store/transaction_phase.h"

namespace sweepd {

class SqliteStore : public SqliteReads<Store> {
 public:
  // The connection's database is of the current schema. Makes this process the one that writes. `directory` is the
  // lock to hold meanwhile; null when something else keeps other controllers out. `check`, which may be null, is a
  // check of the file that has not ended; it ends with the store.
  static absl::StatusOr<std::unique_ptr<SqliteStore>> TakeOver(std::unique_ptr<DataDirectory> directory,
                                                               std::unique_ptr<Connection> connection,
                                                               std::unique_ptr<BackgroundCheck> check);

  absl::Status Begin() override;
  absl::Status Commit() override;
  void Rollback() override;
  absl::Status Savepoint() override;
  absl::Status Release() override;
  absl::Status RollbackToSavepoint() override;

  absl::Status InsertSweep(const Sweep& sweep) override;
  absl::Status UpdateSweep(const Sweep& sweep) override;
  absl::Status UpdateSpec(const Sweep& sweep) override;
  absl::Status DeleteSweep(absl::string_view id) override;
  absl::Status InsertTrial(const Trial& trial) override;
  absl::Status UpdateTrial(const Trial& trial) override;
  absl::Status UpdateObjective(const Trial& trial) override;
  absl::Status InsertAttempt(const Attempt& attempt) override;
  absl::Status UpdateAttempt(const Attempt& attempt) override;
  absl::Status InsertStopDecision(const TrialKey& trial, int64_t attempt, const StopDecision& decision) override;
  absl::Status AppendReports(const TrialKey& trial, int64_t attempt, const std::vector<MetricReport>& reports) override;
  absl::Status InsertAgent(const Agent& agent) override;
  absl::Status InsertResponse(absl::string_view request_id, const StoredResponse& response, absl::Time now) override;
  absl::StatusOr<int64_t> PruneResponses(absl::Time before, int64_t limit) override;
  absl::Status AppendEvent(absl::string_view sweep_id, const Event& event) override;

  absl::StatusOr<std::unique_ptr<StoreReader>> OpenReader() override;

 private:
  SqliteStore(std::unique_ptr<DataDirectory> directory, std::unique_ptr<Connection> connection,
              std::unique_ptr<BackgroundCheck> check, int64_t epoch)
      : SqliteReads(*connection, Access::kOnlyWriter),
        directory_(std::move(directory)),
        connection_(std::move(connection)),
        check_(std::move(check)),
        epoch_(epoch),
        checkpoints_(*connection_) {}

  absl::Status BeginRead() override { return connection_->undone(); }
  void EndRead() override {}

  // FAILED_PRECONDITION when another process has opened the database for writing after this one.
  absl::Status CheckStillTheWriter();
  // Runs one change inside the open transaction.
  template <class Change>
  absl::Status Apply(Change change);
  // The same for a change of several statements: all of them or none.
  template <class Change>
  absl::Status ApplyWhole(Change change);

  std::unique_ptr<DataDirectory> directory_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<BackgroundCheck> check_;
  const int64_t epoch_;
  TransactionPhase phase_;
  LogCheckpoints checkpoints_;
  const std::shared_ptr<std::atomic<int64_t>> spec_changes_ = std::make_shared<std::atomic<int64_t>>(0);
  bool spec_changed_ = false;  // in the open transaction
};

}  // namespace sweepd
