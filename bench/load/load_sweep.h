// The sweep that gives the load its trials, and the comparison of what the client saw with what the controller stored.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bench/load/trial_chain.h"
#include "client/sweep_client.h"

namespace sweepd::load {

// Creates a random sweep of five parameters with the objective "loss" and without an end; returns its id.
absl::StatusOr<std::string> CreateLoadSweep(client::SweepClient& client);

// Compares with the controller's own counts: as many SUCCEEDED trials as the client finished, none in another state,
// and for each of `trials` one attempt with exactly its reports. INTERNAL with the difference.
absl::Status CheckCounts(client::SweepClient& client, const std::string& sweep, int64_t finished_trials,
                         const std::vector<FinishedTrial>& trials);

}  // namespace sweepd::load
