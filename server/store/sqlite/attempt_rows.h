// The table attempts.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/trial.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/row_keys.h"
#include "server/store/sqlite/trial_rows.h"

namespace sweepd {

// The functions mean what store.h says.
class AttemptRows {
 public:
  AttemptRows(Connection& connection, Access access, TrialRows& trials)
      : connection_(connection), trials_(trials), keys_(access) {}

  absl::StatusOr<int64_t> KeyOf(const TrialKey& trial, int64_t number);

  absl::StatusOr<Attempt> Find(const TrialKey& trial, int64_t number);
  absl::StatusOr<std::vector<Attempt>> List(const TrialKey& trial);
  absl::StatusOr<std::vector<Attempt>> ListRunning();
  absl::StatusOr<std::optional<Attempt>> FindByRequest(absl::string_view agent_id, absl::string_view request_id);
  absl::Status Insert(const Attempt& attempt);
  absl::Status Update(const Attempt& attempt);
  // Raises acked_sequence to `sequence`.
  absl::Status Acknowledge(int64_t attempt_key, int64_t sequence);

  void OnCommit() { keys_.OnCommit(); }
  void OnRollback() { keys_.OnRollback(); }
  void OnDelete() { keys_.Clear(); }

 private:
  Connection& connection_;
  TrialRows& trials_;
  RowKeys<std::pair<int64_t, int64_t>> keys_;  // by trial key and number
};

}  // namespace sweepd
