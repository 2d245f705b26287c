// What one attempt of a trial does: how long it runs, what it reports, how it ends.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "server/core/metric.h"
#include "server/engine/requests.h"
#include "tests/simulation/scenario.h"

namespace sweepd::simulation {

struct AttemptScript {
  absl::Duration report_interval;
  std::vector<MetricReport> reports;  // in order, with their sequences; one each interval
  Outcome outcome = Outcome::kCompleted;
  bool hasty = false;  // finishes before its last reports are acknowledged
};

// A function of the scenario's seed and the lease; in the reference scenario what it reports is one of the assignment
// alone.
AttemptScript ScriptFor(const Scenario& scenario, const LeaseGrant& lease, absl::Time now);

}  // namespace sweepd::simulation
