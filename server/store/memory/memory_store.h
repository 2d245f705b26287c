// A Store whose state ends with the process: for tests, simulations, and trying the controller out.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "server/store/memory/memory_reads.h"
#include "server/store/memory/memory_state.h"
#include "server/store/store.h"
#include "server/store/transaction_phase.h"

namespace sweepd {

// Keeps two states: the committed one, which readers share, and its own, which is ahead by the changes of the open
// transaction. A commit replays those changes on the committed state. Undoing copies the committed state and is O(n);
// everything else costs no more than the change itself.
class MemoryStore : public MemoryReads<Store> {
 public:
  MemoryStore();
  ~MemoryStore() override;

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
  class CommittedState;
  class Reader;
  using Change = std::function<absl::Status(MemoryState&)>;

  ReadableState Readable() override { return {&working_, nullptr}; }
  absl::Status Apply(Change change);
  // Makes the working state the committed one with the first `count` changes of this transaction.
  void ResetTo(size_t count);

  TransactionPhase phase_;
  MemoryState working_;
  std::vector<Change> changes_;                // of the open transaction
  size_t savepoint_ = 0;                       // how many of them precede the savepoint
  std::shared_ptr<CommittedState> committed_;  // shared with readers, which may outlive the store
};

}  // namespace sweepd
