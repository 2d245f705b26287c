// The table stop_decisions: a row for each attempt that was told to stop.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "server/core/stop_decision.h"
#include "server/store/sqlite/attempt_rows.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/row.h"

namespace sweepd {

// What ReadStop reads of an attempt that is joined with this table by a LEFT JOIN.
inline constexpr char kStopColumns[] =
    "stop_decisions.rule, iteration, stop_decisions.value, stop_decisions.value_bits, threshold, threshold_bits, "
    "stop_decisions.trials, stop_decisions.time";

// nullopt when the attempt has no row here.
std::optional<StopDecision> ReadStop(Row& row);

// The functions mean what store.h says.
class StopRows {
 public:
  StopRows(Connection& connection, AttemptRows& attempts) : connection_(connection), attempts_(attempts) {}

  absl::Status Insert(const TrialKey& trial, int64_t attempt, const StopDecision& decision);

 private:
  Connection& connection_;
  AttemptRows& attempts_;
};

}  // namespace sweepd
