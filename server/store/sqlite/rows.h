// All tables of one connection.
#pragma once

#include "server/store/sqlite/agent_rows.h"
#include "server/store/sqlite/attempt_rows.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/event_rows.h"
#include "server/store/sqlite/metric_rows.h"
#include "server/store/sqlite/response_rows.h"
#include "server/store/sqlite/stop_rows.h"
#include "server/store/sqlite/sweep_rows.h"
#include "server/store/sqlite/trial_rows.h"

namespace sweepd {

// The connection outlives it.
struct Rows {
  Rows(Connection& connection, Access access)
      : sweeps(connection, access),
        trials(connection, access, sweeps),
        attempts(connection, access, trials),
        stops(connection, attempts),
        metrics(connection, trials, attempts),
        agents(connection),
        responses(connection),
        events(connection, access, sweeps) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  void OnCommit() {
    sweeps.OnCommit();
    trials.OnCommit();
    attempts.OnCommit();
    events.OnCommit();
    metrics.OnCommit();
  }
  // Also after a rollback to a savepoint.
  void OnRollback() {
    sweeps.OnRollback();
    trials.OnRollback();
    attempts.OnRollback();
    events.OnRollback();
    metrics.OnRollback();
  }

  absl::Status DeleteSweep(absl::string_view id) {
    trials.OnDelete();
    attempts.OnDelete();
    events.OnDelete();
    return sweeps.Delete(id);
  }

  SweepRows sweeps;
  TrialRows trials;
  AttemptRows attempts;
  StopRows stops;
  MetricRows metrics;
  AgentRows agents;
  ResponseRows responses;
  EventRows events;
};

}  // namespace sweepd
