// The table events.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/event.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/row_keys.h"
#include "server/store/sqlite/sweep_rows.h"

namespace sweepd {

// The functions mean what store.h says.
class EventRows {
 public:
  EventRows(Connection& connection, Access access, SweepRows& sweeps)
      : connection_(connection), sweeps_(sweeps), newest_(access) {}

  absl::StatusOr<std::vector<Event>> List(absl::string_view sweep_id, int64_t after, int64_t limit);
  absl::Status Append(absl::string_view sweep_id, const Event& event);

  void OnCommit() { newest_.OnCommit(); }
  void OnRollback() { newest_.OnRollback(); }
  void OnDelete() { newest_.Clear(); }

 private:
  absl::StatusOr<int64_t> NewestRevision(int64_t sweep_key);

  Connection& connection_;
  SweepRows& sweeps_;
  RowKeys<int64_t> newest_;  // revision by sweep key
};

}  // namespace sweepd
