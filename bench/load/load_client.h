// Many simulated agents in one process: a few threads, each with its own completion queue, drive chains of calls over a
// few connections.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/load/trial_chain.h"

namespace sweepd::load {

struct LoadOptions {
  int64_t in_flight = 256;    // calls under way at any time
  int64_t agents = 256;       // registered ones; each chain acts for its share of them in turn
  int64_t connections = 256;  // at most 64 calls at a time fit on one: the controller's limit
  int64_t threads = 2;
  TrialPlan plan;
};

// The checks of the options that depend on one another. INVALID_ARGUMENT with what would be right.
absl::Status CheckLoadOptions(const LoadOptions& options);

// Not thread-safe.
class LoadClient {
 public:
  // Opens the connections and registers the agents. `sweep` is the id of the sweep that gives the trials.
  static absl::StatusOr<std::unique_ptr<LoadClient>> Connect(const std::string& address, const std::string& sweep,
                                                             const LoadOptions& options);

  // Begins to call at once, counts within the window, and returns when every trial that was begun is finished.
  CallLog Run(const Window& window);

  // Over all rounds.
  int64_t finished_trials() const;
  // One for each chain that finished any.
  std::vector<FinishedTrial> LastFinished() const;

 private:
  LoadClient(std::string sweep, const LoadOptions& options) : sweep_(std::move(sweep)), options_(options) {}

  absl::Status OpenConnections(const std::string& address);
  absl::StatusOr<std::vector<std::string>> RegisterAgents();
  void MakeChains(const std::vector<std::string>& agents);
  void RunThread(const Window& window, int64_t thread);

  const std::string sweep_;
  const LoadOptions options_;
  std::vector<std::unique_ptr<v1::AgentService::Stub>> stubs_;  // one for each connection
  std::vector<std::unique_ptr<TrialChain>> chains_;
};

}  // namespace sweepd::load
