// The threads that drive the agents of a fleet, each with its completion queue.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "bench/load/fleet_agent.h"

namespace sweepd::load {

class FleetThreads {
 public:
  // Starts `agents` agents, at random moments within `ramp`. Plan and board must outlive it.
  FleetThreads(const FleetPlan& plan, int64_t agents, int64_t threads, absl::Duration ramp, FleetBoard& board);
  // Ends them all at once, whatever they do.
  ~FleetThreads();
  FleetThreads(const FleetThreads&) = delete;
  FleetThreads& operator=(const FleetThreads&) = delete;

 private:
  void Run(int64_t thread);
  void Drain(grpc::CompletionQueue& queue, const std::vector<std::unique_ptr<FleetAgent>>& agents);

  const FleetPlan& plan_;
  const int64_t agents_;
  const int64_t thread_count_;
  const absl::Duration ramp_;
  FleetBoard& board_;
  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sweepd::load
