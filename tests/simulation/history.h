// What clients were told and what agents did: the facts that no fault may undo.
//
// Kept by the test beside the controller. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "server/core/metric.h"
#include "server/core/search_space.h"
#include "server/core/trial.h"
#include "server/engine/requests.h"

namespace sweepd::simulation {

// One attempt as its agent knows it.
struct RunFacts {
  std::string agent_id;
  Assignment assignment;
  std::vector<MetricReport> reported;  // number i has sequence i + 1
  int64_t acked = 0;                   // of these, by the controller
  std::optional<FinishReport> finish;  // as it was sent
  std::optional<FinishAnswer> answer;  // as it was received
};

struct CreatedSweep {
  std::string sweep_id;
  std::string name;
};

struct History {
  using RunKey = std::pair<TrialKey, int64_t>;  // trial, attempt

  std::set<std::string> agents;                 // ids that registrations were answered with
  std::map<RunKey, RunFacts> runs;              // leases that agents were given
  std::map<std::string, CreatedSweep> created;  // by request id
  std::set<std::string> sweep_names;            // asked for, one for each request id
  std::set<std::string> delete_requested;       // sweeps
  std::set<std::string> deleted;                // sweeps whose deletion was answered

  // Seen at the controller, in answers that followed a commit.
  std::map<std::pair<std::string, std::string>, RunKey> granted;  // by agent id and request id
  std::map<RunKey, FinishAnswer> finished;
  std::map<std::string, std::string> registered;  // request id -> agent id
};

}  // namespace sweepd::simulation
