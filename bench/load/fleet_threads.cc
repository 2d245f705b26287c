#include "bench/load/fleet_threads.h"

#include "common/rng.h"

namespace sweepd::load {
namespace {

// How soon a thread notices that it is to end.
constexpr std::chrono::milliseconds kLongestIdle(50);

}  // namespace

FleetThreads::FleetThreads(const FleetPlan& plan, int64_t agents, int64_t threads, absl::Duration ramp,
                           FleetBoard& board)
    : plan_(plan), agents_(agents), thread_count_(threads), ramp_(ramp), board_(board) {
  for (int64_t thread = 0; thread < threads; ++thread) {
    threads_.emplace_back([this, thread] { Run(thread); });
  }
}

FleetThreads::~FleetThreads() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
}

void FleetThreads::Run(int64_t thread) {
  grpc::CompletionQueue queue;
  Rng rng(/*seed=*/3, static_cast<uint64_t>(thread));
  std::vector<std::unique_ptr<FleetAgent>> agents;
  for (int64_t number = thread; number < agents_; number += thread_count_) {
    agents.push_back(std::make_unique<FleetAgent>(plan_, number, board_, queue));
    agents.back()->Start(ramp_ * rng.NextUnit());
  }
  void* tag = nullptr;
  bool ok = false;
  while (!stopping_) {
    const auto until = std::chrono::system_clock::now() + kLongestIdle;
    if (queue.AsyncNext(&tag, &ok, until) == grpc::CompletionQueue::GOT_EVENT) static_cast<FleetAgent*>(tag)->Proceed();
  }
  Drain(queue, agents);
}

void FleetThreads::Drain(grpc::CompletionQueue& queue, const std::vector<std::unique_ptr<FleetAgent>>& agents) {
  for (const std::unique_ptr<FleetAgent>& agent : agents) agent->Cancel();
  queue.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue.Next(&tag, &ok)) {
  }
}

}  // namespace sweepd::load
