// The tables of a MemoryStore: plain containers with the queries and changes of store.h.
//
// A value type: copies are independent. Const functions may run on several threads at the same time. The functions
// mean what store.h says; a change that returns an error has changed nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/store/store.h"

namespace sweepd {

class MemoryState {
 public:
  absl::StatusOr<Sweep> FindSweep(absl::string_view id) const;
  absl::StatusOr<std::vector<Sweep>> ListSweeps(const SweepQuery& query) const;
  absl::StatusOr<Trial> FindTrial(const TrialKey& key) const;
  absl::StatusOr<std::vector<Trial>> ListTrials(absl::string_view sweep_id, const TrialQuery& query) const;
  // O(n) here.
  absl::StatusOr<std::optional<Trial>> FindRunnableTrial(absl::string_view sweep_id) const;
  absl::StatusOr<std::optional<Trial>> FindBestTrial(absl::string_view sweep_id) const;
  absl::StatusOr<Attempt> FindAttempt(const TrialKey& trial, int64_t number) const;
  absl::StatusOr<std::vector<Attempt>> ListAttempts(const TrialKey& trial) const;
  absl::StatusOr<std::vector<Attempt>> ListRunningAttempts() const;
  absl::StatusOr<std::optional<Attempt>> FindAttemptByRequest(absl::string_view agent_id,
                                                              absl::string_view request_id) const;
  absl::StatusOr<std::vector<MetricPoint>> ListMetrics(const TrialKey& trial, const MetricQuery& query) const;
  absl::StatusOr<std::vector<std::string>> ListMetricNames(const TrialKey& trial, int64_t attempt) const;
  absl::StatusOr<Agent> FindAgent(absl::string_view id) const;
  absl::StatusOr<std::vector<Agent>> ListAgents(int64_t limit) const;
  absl::StatusOr<std::optional<StoredResponse>> FindResponse(absl::string_view request_id) const;
  absl::StatusOr<std::vector<Event>> ListEvents(absl::string_view sweep_id, int64_t after, int64_t limit) const;

  absl::Status InsertSweep(const Sweep& sweep);
  absl::Status UpdateSweep(const Sweep& sweep);
  absl::Status UpdateSpec(const Sweep& sweep);
  absl::Status DeleteSweep(absl::string_view id);
  absl::Status InsertTrial(const Trial& trial);
  absl::Status UpdateTrial(const Trial& trial);
  absl::Status UpdateObjective(const Trial& trial);
  absl::Status InsertAttempt(const Attempt& attempt);
  absl::Status UpdateAttempt(const Attempt& attempt);
  absl::Status InsertStopDecision(const TrialKey& trial, int64_t attempt, const StopDecision& decision);
  absl::Status AppendReports(const TrialKey& trial, int64_t attempt, const std::vector<MetricReport>& reports);
  absl::Status InsertAgent(const Agent& agent);
  absl::Status InsertResponse(absl::string_view request_id, const StoredResponse& response, absl::Time now);
  int64_t PruneResponses(absl::Time before, int64_t limit);
  absl::Status AppendEvent(absl::string_view sweep_id, const Event& event);

 private:
  using PointKey = std::tuple<std::string, int64_t, int64_t>;  // name, step, sequence

  struct AttemptEntry {
    Attempt attempt;
    std::map<PointKey, MetricPoint> points;
  };
  struct TrialEntry {
    Trial trial;
    std::map<int64_t, AttemptEntry> attempts;  // by number
  };
  struct SweepEntry {
    Sweep sweep;
    int64_t ordinal = 0;                   // grows with every insert
    std::map<int64_t, TrialEntry> trials;  // by number
    std::vector<Event> events;             // revisions 1, 2, ...
  };
  struct ResponseEntry {
    StoredResponse response;
    absl::Time created;
    int64_t ordinal = 0;  // grows with every insert
  };
  struct AttemptName {
    TrialKey trial;
    int64_t number = 0;
  };

  absl::StatusOr<const SweepEntry*> SweepAt(absl::string_view id) const;
  absl::StatusOr<const TrialEntry*> TrialAt(const TrialKey& key) const;
  absl::StatusOr<const AttemptEntry*> AttemptAt(const TrialKey& trial, int64_t number) const;
  absl::StatusOr<SweepEntry*> SweepAt(absl::string_view id);
  absl::StatusOr<TrialEntry*> TrialAt(const TrialKey& key);
  absl::StatusOr<AttemptEntry*> AttemptAt(const TrialKey& trial, int64_t number);

  // The points of an attempt, 0 meaning the current one; nullptr while the trial has none.
  absl::StatusOr<const std::map<PointKey, MetricPoint>*> PointsOf(const TrialKey& trial, int64_t attempt) const;

  int64_t next_ordinal_ = 1;
  std::map<std::string, SweepEntry, std::less<>> sweeps_;
  // The newest attempt of each (agent id, request id).
  std::map<std::pair<std::string, std::string>, AttemptName> attempts_by_request_;
  std::vector<Agent> agents_;  // in order of registration
  std::map<std::string, ResponseEntry, std::less<>> responses_;
};

}  // namespace sweepd
