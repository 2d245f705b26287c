#include "server/store/sqlite/sqlite_store.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/store/sqlite/row.h"
#include "server/store/sqlite/sqlite_reader.h"

namespace sweepd {

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::TakeOver(std::unique_ptr<DataDirectory> directory,
                                                                   std::unique_ptr<Connection> connection,
                                                                   std::unique_ptr<BackgroundCheck> check) {
  RETURN_IF_ERROR(connection->Begin());
  RETURN_IF_ERROR(connection->Prepare("UPDATE controller SET epoch = epoch + 1, pid = ?1")
                      .Bind(static_cast<int64_t>(getpid()))
                      .Run());
  ASSIGN_OR_RETURN(const int64_t epoch, connection->QueryInt("SELECT epoch FROM controller"));
  RETURN_IF_ERROR(connection->Commit());
  return std::unique_ptr<SqliteStore>(
      new SqliteStore(std::move(directory), std::move(connection), std::move(check), epoch));
}

absl::Status SqliteStore::CheckStillTheWriter() {
  Statement find = connection_->Prepare("SELECT epoch, pid FROM controller");
  ASSIGN_OR_RETURN(const auto writer, ReadOne(find, [](Row& row) {
                     const int64_t epoch = row.Int();
                     return std::pair(epoch, row.Int());
                   }));
  if (writer.has_value() && writer->first == epoch_) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("another controller (process ", writer ? writer->second : 0,
                                                    ") has taken over ", connection_->path(),
                                                    "; this one must not write any more"));
}

absl::Status SqliteStore::Begin() {
  RETURN_IF_ERROR(phase_.Begin());
  absl::Status begun = checkpoints_.RunIfDue();
  if (begun.ok()) begun = connection_->Begin();
  if (begun.ok()) begun = CheckStillTheWriter();
  if (!begun.ok()) Rollback();
  return begun;
}

absl::Status SqliteStore::Commit() {
  absl::Status committed = connection_->undone();
  if (committed.ok()) {
    RETURN_IF_ERROR(phase_.Commit());
    committed = connection_->Commit();
  }
  if (!committed.ok()) {
    Rollback();
    if (absl::IsResourceExhausted(committed)) checkpoints_.NoteFullDisk();
    return committed;
  }
  rows_.OnCommit();
  // Before the answer leaves: who has it reads the new spec.
  if (std::exchange(spec_changed_, false)) spec_changes_->fetch_add(1);
  return absl::OkStatus();
}

void SqliteStore::Rollback() {
  phase_.Rollback();
  spec_changed_ = false;
  connection_->Rollback();
  rows_.OnRollback();
  rows_.OnCommit();
}

absl::Status SqliteStore::Savepoint() {
  RETURN_IF_ERROR(connection_->undone());
  RETURN_IF_ERROR(phase_.Savepoint());
  return connection_->Prepare("SAVEPOINT command").Run();
}

absl::Status SqliteStore::Release() {
  RETURN_IF_ERROR(connection_->undone());
  RETURN_IF_ERROR(phase_.CloseSavepoint());
  return connection_->Prepare("RELEASE command").Run();
}

absl::Status SqliteStore::RollbackToSavepoint() {
  RETURN_IF_ERROR(connection_->undone());
  RETURN_IF_ERROR(phase_.CloseSavepoint());
  rows_.OnRollback();
  RETURN_IF_ERROR(connection_->Prepare("ROLLBACK TO command").Run());
  return connection_->Prepare("RELEASE command").Run();
}

template <class Change>
absl::Status SqliteStore::Apply(Change change) {
  RETURN_IF_ERROR(phase_.RequireOpen());
  RETURN_IF_ERROR(connection_->undone());
  return change();
}

template <class Change>
absl::Status SqliteStore::ApplyWhole(Change change) {
  return Apply([&]() -> absl::Status {
    RETURN_IF_ERROR(connection_->Prepare("SAVEPOINT change").Run());
    const absl::Status changed = change();
    if (!changed.ok() && connection_->undone().ok()) {
      rows_.OnRollback();
      RETURN_IF_ERROR(connection_->Prepare("ROLLBACK TO change").Run());
    }
    RETURN_IF_ERROR(connection_->undone());
    RETURN_IF_ERROR(connection_->Prepare("RELEASE change").Run());
    return changed;
  });
}

absl::Status SqliteStore::InsertSweep(const Sweep& sweep) {
  return ApplyWhole([&] { return rows_.sweeps.Insert(sweep); });
}

absl::Status SqliteStore::UpdateSweep(const Sweep& sweep) {
  return Apply([&] { return rows_.sweeps.Update(sweep); });
}

absl::Status SqliteStore::UpdateSpec(const Sweep& sweep) {
  spec_changed_ = true;
  return Apply([&] { return rows_.sweeps.UpdateSpec(sweep); });
}

absl::Status SqliteStore::DeleteSweep(absl::string_view id) {
  return Apply([&] { return rows_.DeleteSweep(id); });
}

absl::Status SqliteStore::InsertTrial(const Trial& trial) {
  return Apply([&] { return rows_.trials.Insert(trial); });
}

absl::Status SqliteStore::UpdateTrial(const Trial& trial) {
  return Apply([&] { return rows_.trials.Update(trial); });
}

absl::Status SqliteStore::UpdateObjective(const Trial& trial) {
  return Apply([&] { return rows_.trials.UpdateObjective(trial); });
}

absl::Status SqliteStore::InsertAttempt(const Attempt& attempt) {
  return Apply([&] { return rows_.attempts.Insert(attempt); });
}

absl::Status SqliteStore::UpdateAttempt(const Attempt& attempt) {
  return Apply([&] { return rows_.attempts.Update(attempt); });
}

absl::Status SqliteStore::InsertStopDecision(const TrialKey& trial, int64_t attempt, const StopDecision& decision) {
  return Apply([&] { return rows_.stops.Insert(trial, attempt, decision); });
}

absl::Status SqliteStore::AppendReports(const TrialKey& trial, int64_t attempt,
                                        const std::vector<MetricReport>& reports) {
  return ApplyWhole([&] { return rows_.metrics.Append(trial, attempt, reports); });
}

absl::Status SqliteStore::InsertAgent(const Agent& agent) {
  return Apply([&] { return rows_.agents.Insert(agent); });
}

absl::Status SqliteStore::InsertResponse(absl::string_view request_id, const StoredResponse& response, absl::Time now) {
  return Apply([&] { return rows_.responses.Insert(request_id, response, now); });
}

absl::StatusOr<int64_t> SqliteStore::PruneResponses(absl::Time before, int64_t limit) {
  int64_t pruned = 0;
  RETURN_IF_ERROR(Apply([&]() -> absl::Status {
    ASSIGN_OR_RETURN(pruned, rows_.responses.Prune(before, limit));
    return absl::OkStatus();
  }));
  return pruned;
}

absl::Status SqliteStore::AppendEvent(absl::string_view sweep_id, const Event& event) {
  return Apply([&] { return rows_.events.Append(sweep_id, event); });
}

absl::StatusOr<std::unique_ptr<StoreReader>> SqliteStore::OpenReader() {
  ASSIGN_OR_RETURN(std::unique_ptr<StoreReader> reader,
                   SqliteReader::Open(connection_->path(), connection_->vfs(), spec_changes_));
  return reader;
}

}  // namespace sweepd
