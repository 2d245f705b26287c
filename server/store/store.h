// Where the state lives. StoreReader reads one consistent state; Store also changes it.
//
// Errors of every function: NOT_FOUND (the named errors of core/errors.h) where an argument names an absent sweep,
// trial, attempt or agent, ALREADY_EXISTS where an Insert finds its key taken, FAILED_PRECONDITION for a call at the
// wrong moment of a transaction, DATA_LOSS for a stored row that cannot be understood, RESOURCE_EXHAUSTED for a full
// disk, UNAVAILABLE for any other I/O error. A function that fails has changed nothing.
//
// Times are kept to the microsecond.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/agent.h"
#include "server/core/event.h"
#include "server/core/metric.h"
#include "server/core/sweep.h"
#include "server/core/trial.h"

namespace sweepd {

// Pages: at most `limit` rows that follow the row `after`; the caller passes the last row it has seen.
struct SweepQuery {
  std::vector<SweepState> states = {};  // empty: all
  std::string after = {};               // id of a sweep that exists; empty: from the newest
  int64_t limit = 0;                    // > 0
};

enum class TrialOrder {
  kNumber,         // ascending
  kNumberReverse,  // descending
  kBestFirst,      // by objective in the direction of the sweep's goal, then by number; those without one, or with one
                   // that is not finite, at the end
};

struct TrialQuery {
  std::vector<TrialState> states = {};  // empty: all
  TrialOrder order = TrialOrder::kNumber;
  int64_t after = 0;  // trial number; 0: from the start. kBestFirst: a trial that exists
  int64_t limit = 0;  // > 0
};

struct MetricQuery {
  std::vector<std::string> names = {};  // empty: all
  int64_t attempt = 0;                  // 0: the trial's current attempt
  // Rows that follow this one in the order (name, step, sequence); unset: from the start.
  std::optional<MetricPoint> after = std::nullopt;
  int64_t limit = 0;  // > 0
};

// The answer once given to a request id.
struct StoredResponse {
  std::string fingerprint;  // of the request's content, to recognise a reused id
  std::string response;     // what the caller needs to give the same answer again, for example a sweep id
};

// Not thread-safe, but readers of one store may be used on different threads at the same time.
class StoreReader {
 public:
  virtual ~StoreReader() = default;

  virtual absl::StatusOr<Sweep> FindSweep(absl::string_view id) = 0;
  // Newest first.
  virtual absl::StatusOr<std::vector<Sweep>> ListSweeps(const SweepQuery& query) = 0;

  virtual absl::StatusOr<Trial> FindTrial(const TrialKey& key) = 0;
  virtual absl::StatusOr<std::vector<Trial>> ListTrials(absl::string_view sweep_id, const TrialQuery& query) = 0;
  // The PENDING or LOST trial with the lowest number. O(log n).
  virtual absl::StatusOr<std::optional<Trial>> FindRunnableTrial(absl::string_view sweep_id) = 0;
  // The SUCCEEDED or STOPPED trial with the best finite objective, ties to the lowest number; in a sweep with repeats
  // the one with the best mean. O(log n).
  virtual absl::StatusOr<std::optional<Trial>> FindBestTrial(absl::string_view sweep_id) = 0;

  virtual absl::StatusOr<Attempt> FindAttempt(const TrialKey& trial, int64_t number) = 0;
  // In order of their numbers.
  virtual absl::StatusOr<std::vector<Attempt>> ListAttempts(const TrialKey& trial) = 0;
  // Every RUNNING attempt, of all sweeps, in the order of their trials' keys.
  virtual absl::StatusOr<std::vector<Attempt>> ListRunningAttempts() = 0;
  // The attempt that answered this request of this agent, whatever its state; the newest if there are several.
  virtual absl::StatusOr<std::optional<Attempt>> FindAttemptByRequest(absl::string_view agent_id,
                                                                      absl::string_view request_id) = 0;

  // In the order (name, step, sequence).
  virtual absl::StatusOr<std::vector<MetricPoint>> ListMetrics(const TrialKey& trial, const MetricQuery& query) = 0;
  // The names of the metrics that an attempt reported, sorted; attempt 0: the trial's current one.
  virtual absl::StatusOr<std::vector<std::string>> ListMetricNames(const TrialKey& trial, int64_t attempt) = 0;

  virtual absl::StatusOr<Agent> FindAgent(absl::string_view id) = 0;
  // Newest registration first, at most `limit`.
  virtual absl::StatusOr<std::vector<Agent>> ListAgents(int64_t limit) = 0;

  virtual absl::StatusOr<std::optional<StoredResponse>> FindResponse(absl::string_view request_id) = 0;

  // Events with a revision above `after`, ascending.
  virtual absl::StatusOr<std::vector<Event>> ListEvents(absl::string_view sweep_id, int64_t after, int64_t limit) = 0;
};

// Used by the engine thread alone. Every change happens inside a transaction:
//
//     Begin  (Savepoint  changes...  Release | RollbackToSavepoint)*  Commit | Rollback
//
// Savepoints do not nest, and Commit needs the savepoint closed. The reads of a Store see its own uncommitted changes;
// readers from OpenReader see none of them.
//
// A full disk or an I/O error may undo the whole transaction at once. Every later call of that transaction then fails,
// RollbackToSavepoint and Commit included, with that same error: answer the whole batch with it, and call Rollback or
// Commit to begin anew.
class Store : public StoreReader {
 public:
  // FAILED_PRECONDITION also when this process must end: another controller has taken the state over, or the disk
  // failed while the state was tidied up between transactions.
  virtual absl::Status Begin() = 0;
  // Durable when it returns OK. RESOURCE_EXHAUSTED: nothing was committed, the transaction is over, and the next one
  // may succeed. After any other error the state on disk is unknown and the process must end.
  virtual absl::Status Commit() = 0;
  // Without a transaction it does nothing.
  virtual void Rollback() = 0;

  virtual absl::Status Savepoint() = 0;
  virtual absl::Status Release() = 0;
  virtual absl::Status RollbackToSavepoint() = 0;

  // The id must be new. Update writes everything but id, spec, source and created.
  virtual absl::Status InsertSweep(const Sweep& sweep) = 0;
  virtual absl::Status UpdateSweep(const Sweep& sweep) = 0;
  // Writes the spec alone. Its space and its objective must be those of the insert.
  virtual absl::Status UpdateSpec(const Sweep& sweep) = 0;
  // With its trials, attempts, metrics and events.
  virtual absl::Status DeleteSweep(absl::string_view id) = 0;

  // The key must be new. Update writes everything but key, assignment, repeat_of and created.
  virtual absl::Status InsertTrial(const Trial& trial) = 0;
  virtual absl::Status UpdateTrial(const Trial& trial) = 0;
  // Writes objective and objective_step alone, for a trial that runs.
  virtual absl::Status UpdateObjective(const Trial& trial) = 0;

  // At most one attempt of a trial is RUNNING; a second one is refused with ALREADY_EXISTS.
  virtual absl::Status InsertAttempt(const Attempt& attempt) = 0;
  // Writes state, reason, message, acked_sequence, exit_code and ended.
  virtual absl::Status UpdateAttempt(const Attempt& attempt) = 0;
  // The attempt's `stop`, which no other function writes. ALREADY_EXISTS when it has one.
  virtual absl::Status InsertStopDecision(const TrialKey& trial, int64_t attempt, const StopDecision& decision) = 0;

  // Also raises the attempt's acked_sequence to that of the last report. Values are kept bit-exact, NaN and -0.0
  // included. ALREADY_EXISTS when a value of the same (name, step, sequence) is there.
  virtual absl::Status AppendReports(const TrialKey& trial, int64_t attempt,
                                     const std::vector<MetricReport>& reports) = 0;

  virtual absl::Status InsertAgent(const Agent& agent) = 0;

  // The request id must be new.
  virtual absl::Status InsertResponse(absl::string_view request_id, const StoredResponse& response, absl::Time now) = 0;

  // Deletes those of the `limit` (> 0) oldest responses that were inserted before `before`, and tells how many.
  // O(limit).
  virtual absl::StatusOr<int64_t> PruneResponses(absl::Time before, int64_t limit) = 0;

  // The revision must be the next one of the sweep: FAILED_PRECONDITION otherwise.
  virtual absl::Status AppendEvent(absl::string_view sweep_id, const Event& event) = 0;

  // A reader for another thread, which may outlive the store. Each of its calls sees one committed state, the newest
  // when the call begins.
  virtual absl::StatusOr<std::unique_ptr<StoreReader>> OpenReader() = 0;
};

}  // namespace sweepd
