// The table trials.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/trial.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/row_keys.h"
#include "server/store/sqlite/sweep_rows.h"
#include "server/store/store.h"

namespace sweepd {

// The functions mean what store.h says.
class TrialRows {
 public:
  TrialRows(Connection& connection, Access access, SweepRows& sweeps)
      : connection_(connection), sweeps_(sweeps), keys_(access) {}

  absl::StatusOr<int64_t> KeyOf(const TrialKey& trial);

  absl::StatusOr<Trial> Find(const TrialKey& key);
  absl::StatusOr<std::vector<Trial>> List(absl::string_view sweep_id, const TrialQuery& query);
  absl::StatusOr<std::optional<Trial>> FindRunnable(absl::string_view sweep_id);
  absl::StatusOr<std::optional<Trial>> FindBest(absl::string_view sweep_id);
  absl::Status Insert(const Trial& trial);
  absl::Status Update(const Trial& trial);
  absl::Status UpdateObjective(const Trial& trial);

  void OnCommit() { keys_.OnCommit(); }
  void OnRollback() { keys_.OnRollback(); }
  void OnDelete() { keys_.Clear(); }

 private:
  absl::StatusOr<std::vector<Trial>> ListBestFirst(absl::string_view sweep_id, int64_t sweep_key,
                                                   const TrialQuery& query);

  Connection& connection_;
  SweepRows& sweeps_;
  RowKeys<TrialKey> keys_;
};

}  // namespace sweepd
