// The reading half that MemoryStore and its readers share.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "server/store/memory/memory_state.h"

namespace sweepd {

// A state to read, and the lock that protects it, if one is needed. Lives for one expression.
struct ReadableState {
  const MemoryState* state;
  std::unique_ptr<absl::MutexLock> lock;

  const MemoryState* operator->() const { return state; }
};

// Implements the reading functions of Base (StoreReader or Store) over whatever state Readable() gives.
template <class Base>
class MemoryReads : public Base {
 public:
  absl::StatusOr<Sweep> FindSweep(absl::string_view id) override { return Readable()->FindSweep(id); }
  absl::StatusOr<std::vector<Sweep>> ListSweeps(const SweepQuery& query) override {
    return Readable()->ListSweeps(query);
  }
  absl::StatusOr<Trial> FindTrial(const TrialKey& key) override { return Readable()->FindTrial(key); }
  absl::StatusOr<std::vector<Trial>> ListTrials(absl::string_view sweep_id, const TrialQuery& query) override {
    return Readable()->ListTrials(sweep_id, query);
  }
  absl::StatusOr<std::optional<Trial>> FindRunnableTrial(absl::string_view sweep_id) override {
    return Readable()->FindRunnableTrial(sweep_id);
  }
  absl::StatusOr<std::optional<Trial>> FindBestTrial(absl::string_view sweep_id) override {
    return Readable()->FindBestTrial(sweep_id);
  }
  absl::StatusOr<Attempt> FindAttempt(const TrialKey& trial, int64_t number) override {
    return Readable()->FindAttempt(trial, number);
  }
  absl::StatusOr<std::vector<Attempt>> ListAttempts(const TrialKey& trial) override {
    return Readable()->ListAttempts(trial);
  }
  absl::StatusOr<std::vector<Attempt>> ListRunningAttempts() override { return Readable()->ListRunningAttempts(); }
  absl::StatusOr<std::optional<Attempt>> FindAttemptByRequest(absl::string_view agent_id,
                                                              absl::string_view request_id) override {
    return Readable()->FindAttemptByRequest(agent_id, request_id);
  }
  absl::StatusOr<std::vector<MetricPoint>> ListMetrics(const TrialKey& trial, const MetricQuery& query) override {
    return Readable()->ListMetrics(trial, query);
  }
  absl::StatusOr<std::vector<std::string>> ListMetricNames(const TrialKey& trial, int64_t attempt) override {
    return Readable()->ListMetricNames(trial, attempt);
  }
  absl::StatusOr<Agent> FindAgent(absl::string_view id) override { return Readable()->FindAgent(id); }
  absl::StatusOr<std::vector<Agent>> ListAgents(int64_t limit) override { return Readable()->ListAgents(limit); }
  absl::StatusOr<std::optional<StoredResponse>> FindResponse(absl::string_view request_id) override {
    return Readable()->FindResponse(request_id);
  }
  absl::StatusOr<std::vector<Event>> ListEvents(absl::string_view sweep_id, int64_t after, int64_t limit) override {
    return Readable()->ListEvents(sweep_id, after, limit);
  }

 protected:
  virtual ReadableState Readable() = 0;
};

}  // namespace sweepd
