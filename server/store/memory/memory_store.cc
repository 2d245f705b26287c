#include "server/store/memory/memory_store.h"

#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "common/status_macros.h"

namespace sweepd {

class MemoryStore::CommittedState {
 public:
  ReadableState Read() { return {&state_, std::make_unique<absl::MutexLock>(&mutex_)}; }

  MemoryState Copy() {
    absl::MutexLock lock(&mutex_);
    return state_;
  }

  // The changes succeeded on an equal state before, so they succeed here.
  void Apply(const std::vector<Change>& changes) {
    absl::MutexLock lock(&mutex_);
    for (const Change& change : changes) change(state_).IgnoreError();
  }

 private:
  absl::Mutex mutex_;
  MemoryState state_ ABSL_GUARDED_BY(mutex_);
};

class MemoryStore::Reader : public MemoryReads<StoreReader> {
 public:
  explicit Reader(std::shared_ptr<CommittedState> committed) : committed_(std::move(committed)) {}

 private:
  // The lock goes with the state that is read.
  ReadableState Readable() override { return committed_->Read(); }  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks)

  std::shared_ptr<CommittedState> committed_;
};

MemoryStore::MemoryStore() : committed_(std::make_shared<CommittedState>()) {}
MemoryStore::~MemoryStore() = default;

absl::Status MemoryStore::Begin() { return phase_.Begin(); }

absl::Status MemoryStore::Commit() {
  RETURN_IF_ERROR(phase_.Commit());
  committed_->Apply(changes_);
  changes_.clear();
  return absl::OkStatus();
}

void MemoryStore::Rollback() {
  phase_.Rollback();
  ResetTo(0);
}

absl::Status MemoryStore::Savepoint() {
  RETURN_IF_ERROR(phase_.Savepoint());
  savepoint_ = changes_.size();
  return absl::OkStatus();
}

absl::Status MemoryStore::Release() { return phase_.CloseSavepoint(); }

absl::Status MemoryStore::RollbackToSavepoint() {
  RETURN_IF_ERROR(phase_.CloseSavepoint());
  ResetTo(savepoint_);
  return absl::OkStatus();
}

void MemoryStore::ResetTo(size_t count) {
  if (changes_.size() == count) return;
  changes_.resize(count);
  working_ = committed_->Copy();
  for (const Change& change : changes_) change(working_).IgnoreError();
}

absl::Status MemoryStore::Apply(Change change) {
  RETURN_IF_ERROR(phase_.RequireOpen());
  RETURN_IF_ERROR(change(working_));
  changes_.push_back(std::move(change));
  return absl::OkStatus();
}

absl::Status MemoryStore::InsertSweep(const Sweep& sweep) {
  return Apply([sweep](MemoryState& state) { return state.InsertSweep(sweep); });
}

absl::Status MemoryStore::UpdateSweep(const Sweep& sweep) {
  return Apply([sweep](MemoryState& state) { return state.UpdateSweep(sweep); });
}

absl::Status MemoryStore::UpdateSpec(const Sweep& sweep) {
  return Apply([sweep](MemoryState& state) { return state.UpdateSpec(sweep); });
}

absl::Status MemoryStore::DeleteSweep(absl::string_view id) {
  return Apply([id = std::string(id)](MemoryState& state) { return state.DeleteSweep(id); });
}

absl::Status MemoryStore::InsertTrial(const Trial& trial) {
  return Apply([trial](MemoryState& state) { return state.InsertTrial(trial); });
}

absl::Status MemoryStore::UpdateTrial(const Trial& trial) {
  return Apply([trial](MemoryState& state) { return state.UpdateTrial(trial); });
}

absl::Status MemoryStore::UpdateObjective(const Trial& trial) {
  return Apply([trial](MemoryState& state) { return state.UpdateObjective(trial); });
}

absl::Status MemoryStore::InsertAttempt(const Attempt& attempt) {
  return Apply([attempt](MemoryState& state) { return state.InsertAttempt(attempt); });
}

absl::Status MemoryStore::UpdateAttempt(const Attempt& attempt) {
  return Apply([attempt](MemoryState& state) { return state.UpdateAttempt(attempt); });
}

absl::Status MemoryStore::InsertStopDecision(const TrialKey& trial, int64_t attempt, const StopDecision& decision) {
  return Apply([=](MemoryState& state) { return state.InsertStopDecision(trial, attempt, decision); });
}

absl::Status MemoryStore::AppendReports(const TrialKey& trial, int64_t attempt,
                                        const std::vector<MetricReport>& reports) {
  return Apply([=](MemoryState& state) { return state.AppendReports(trial, attempt, reports); });
}

absl::Status MemoryStore::InsertAgent(const Agent& agent) {
  return Apply([agent](MemoryState& state) { return state.InsertAgent(agent); });
}

absl::Status MemoryStore::InsertResponse(absl::string_view request_id, const StoredResponse& response, absl::Time now) {
  return Apply([request_id = std::string(request_id), response, now](MemoryState& state) {
    return state.InsertResponse(request_id, response, now);
  });
}

absl::StatusOr<int64_t> MemoryStore::PruneResponses(absl::Time before, int64_t limit) {
  auto pruned = std::make_shared<int64_t>(0);
  RETURN_IF_ERROR(Apply([before, limit, pruned](MemoryState& state) {
    *pruned = state.PruneResponses(before, limit);
    return absl::OkStatus();
  }));
  return *pruned;
}

absl::Status MemoryStore::AppendEvent(absl::string_view sweep_id, const Event& event) {
  return Apply(
      [sweep_id = std::string(sweep_id), event](MemoryState& state) { return state.AppendEvent(sweep_id, event); });
}

absl::StatusOr<std::unique_ptr<StoreReader>> MemoryStore::OpenReader() { return std::make_unique<Reader>(committed_); }

}  // namespace sweepd
