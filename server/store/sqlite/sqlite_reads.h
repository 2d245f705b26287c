// The reading half that SqliteStore and SqliteReader share.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/status_macros.h"
#include "server/store/sqlite/rows.h"
#include "server/store/store.h"

namespace sweepd {

// Implements the reading functions of Base (StoreReader or Store) over the tables of one connection.
template <class Base>
class SqliteReads : public Base {
 public:
  absl::StatusOr<Sweep> FindSweep(absl::string_view id) override {
    return Read([&] { return rows_.sweeps.Find(id); });
  }
  absl::StatusOr<std::vector<Sweep>> ListSweeps(const SweepQuery& query) override {
    return Read([&] { return rows_.sweeps.List(query); });
  }
  absl::StatusOr<Trial> FindTrial(const TrialKey& key) override {
    return Read([&] { return rows_.trials.Find(key); });
  }
  absl::StatusOr<std::vector<Trial>> ListTrials(absl::string_view sweep_id, const TrialQuery& query) override {
    return Read([&] { return rows_.trials.List(sweep_id, query); });
  }
  absl::StatusOr<std::optional<Trial>> FindRunnableTrial(absl::string_view sweep_id) override {
    return Read([&] { return rows_.trials.FindRunnable(sweep_id); });
  }
  absl::StatusOr<std::optional<Trial>> FindBestTrial(absl::string_view sweep_id) override {
    return Read([&] { return rows_.trials.FindBest(sweep_id); });
  }
  absl::StatusOr<Attempt> FindAttempt(const TrialKey& trial, int64_t number) override {
    return Read([&] { return rows_.attempts.Find(trial, number); });
  }
  absl::StatusOr<std::vector<Attempt>> ListAttempts(const TrialKey& trial) override {
    return Read([&] { return rows_.attempts.List(trial); });
  }
  absl::StatusOr<std::vector<Attempt>> ListRunningAttempts() override {
    return Read([&] { return rows_.attempts.ListRunning(); });
  }
  absl::StatusOr<std::optional<Attempt>> FindAttemptByRequest(absl::string_view agent_id,
                                                              absl::string_view request_id) override {
    return Read([&] { return rows_.attempts.FindByRequest(agent_id, request_id); });
  }
  absl::StatusOr<std::vector<MetricPoint>> ListMetrics(const TrialKey& trial, const MetricQuery& query) override {
    return Read([&] { return rows_.metrics.List(trial, query); });
  }
  absl::StatusOr<std::vector<std::string>> ListMetricNames(const TrialKey& trial, int64_t attempt) override {
    return Read([&] { return rows_.metrics.ListNames(trial, attempt); });
  }
  absl::StatusOr<Agent> FindAgent(absl::string_view id) override {
    return Read([&] { return rows_.agents.Find(id); });
  }
  absl::StatusOr<std::vector<Agent>> ListAgents(int64_t limit) override {
    return Read([&] { return rows_.agents.List(limit); });
  }
  absl::StatusOr<std::optional<StoredResponse>> FindResponse(absl::string_view request_id) override {
    return Read([&] { return rows_.responses.Find(request_id); });
  }
  absl::StatusOr<std::vector<Event>> ListEvents(absl::string_view sweep_id, int64_t after, int64_t limit) override {
    return Read([&] { return rows_.events.List(sweep_id, after, limit); });
  }

 protected:
  SqliteReads(Connection& connection, Access access) : rows_(connection, access) {}

  // Around every read: what lies between sees one state.
  virtual absl::Status BeginRead() = 0;
  virtual void EndRead() = 0;

  Rows rows_;

 private:
  template <class Query>
  auto Read(Query query) -> decltype(query()) {
    RETURN_IF_ERROR(BeginRead());
    auto result = query();
    EndRead();
    return result;
  }
};

}  // namespace sweepd
