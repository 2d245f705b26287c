// A store that keeps at hand the rows that its writer works on: open sweeps, trials that are not over, their newest
// attempts, the best trials, and agents. It saves most reads of a command; and a sweep that many commands of one
// transaction change is written once, before the commit.
//
// Everything else goes straight to the store below, which must have no other writer. Errors, durability and what
// readers see are the same as without it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/store/cached/best_trials.h"
#include "server/store/cached/journaled_map.h"
#include "server/store/store.h"

namespace sweepd {

// Not thread-safe.
class CachedStore : public Store {
 public:
  explicit CachedStore(std::unique_ptr<Store> below) : below_(std::move(below)) {}

  absl::StatusOr<Sweep> FindSweep(absl::string_view id) override;
  absl::StatusOr<std::vector<Sweep>> ListSweeps(const SweepQuery& query) override;
  absl::StatusOr<Trial> FindTrial(const TrialKey& key) override;
  absl::StatusOr<std::vector<Trial>> ListTrials(absl::string_view sweep_id, const TrialQuery& query) override;
  absl::StatusOr<std::optional<Trial>> FindRunnableTrial(absl::string_view sweep_id) override;
  absl::StatusOr<std::optional<Trial>> FindBestTrial(absl::string_view sweep_id) override;
  absl::StatusOr<Attempt> FindAttempt(const TrialKey& trial, int64_t number) override;
  absl::StatusOr<std::vector<Attempt>> ListAttempts(const TrialKey& trial) override;
  absl::StatusOr<std::vector<Attempt>> ListRunningAttempts() override;
  absl::StatusOr<std::optional<Attempt>> FindAttemptByRequest(absl::string_view agent_id,
                                                              absl::string_view request_id) override;
  absl::StatusOr<std::vector<MetricPoint>> ListMetrics(const TrialKey& trial, const MetricQuery& query) override;
  absl::StatusOr<std::vector<std::string>> ListMetricNames(const TrialKey& trial, int64_t attempt) override;
  absl::StatusOr<Agent> FindAgent(absl::string_view id) override;
  absl::StatusOr<std::vector<Agent>> ListAgents(int64_t limit) override;
  absl::StatusOr<std::optional<StoredResponse>> FindResponse(absl::string_view request_id) override;
  absl::StatusOr<std::vector<Event>> ListEvents(absl::string_view sweep_id, int64_t after, int64_t limit) override;

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

  absl::StatusOr<std::unique_ptr<StoreReader>> OpenReader() override { return below_->OpenReader(); }

 private:
  struct HotSweep {
    Sweep sweep;
    bool written = true;  // the store below has it like this
  };

  // Notes an error after which the rest of the transaction must fail.
  absl::Status Watch(absl::Status status);
  absl::Status WriteSweeps();
  void NoteBest(const Trial& trial);
  template <class Each>
  void ForEachMap(Each each);
  void Forget();

  const std::unique_ptr<Store> below_;
  JournaledMap<std::string, HotSweep> sweeps_;
  JournaledMap<TrialKey, Trial> trials_;
  JournaledMap<TrialKey, Attempt> attempts_;  // the newest of each trial
  JournaledMap<std::string, Agent> agents_;
  BestTrials best_;
  bool any_unwritten_ = false;  // some sweep may be
  bool open_ = false;           // a transaction is
  absl::Status undone_;         // the transaction is
};

}  // namespace sweepd
