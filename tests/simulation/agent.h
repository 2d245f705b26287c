// A worker machine's agent, behaving as the real one does: it registers, asks for trials with request ids, reports by
// sequence, repeats what was not answered, discards what lost its lease, and sends heartbeats.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/attempt_script.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/history.h"
#include "tests/simulation/network.h"
#include "tests/simulation/scene.h"
#include "tests/simulation/services.h"

namespace sweepd::simulation {

class SimulatedAgent {
 public:
  SimulatedAgent(Scene& scene, History& history, Services& services, int number);

  // Starts its process.
  void Start();
  // The process dies with all that it runs; a new one starts after `pause`.
  void Crash(absl::Duration pause);

  Endpoint& endpoint() { return endpoint_; }

 private:
  // One attempt that runs.
  struct Run {
    LeaseRef lease;
    AttemptScript script;
    int64_t emitted = 0;  // reports that the program has made
    int64_t acked = 0;
    int calls = 0;       // that report, under way
    int64_t sent = 0;    // reports in calls under way or acknowledged
    bool ended = false;  // the program has
    bool finishing = false;
    int64_t slot = 0;
  };
  using RunPtr = std::shared_ptr<Run>;

  void Register();
  void Ask(int64_t slot);
  void SendRequest(int64_t slot, const TrialRequest& request, int tries);
  void TakeAnswer(int64_t slot, const TrialAnswer& answer);
  void BeginRun(int64_t slot, const LeaseGrant& grant);
  void Emit(const RunPtr& run);
  void Deliver(const RunPtr& run);
  // The program may look at the stop file, and end.
  void AskToStop(const RunPtr& run);
  void TakeReportAnswer(const RunPtr& run, const absl::StatusOr<ReportAnswer>& answer);
  void Finish(const RunPtr& run);
  void TakeFinishAnswer(const RunPtr& run, const absl::StatusOr<FinishAnswer>& answer);
  // The run is over, whatever became of it: its slot is free.
  void EndRun(const RunPtr& run);
  bool IsRunning(const RunPtr& run) const;
  void Beat();
  void Forge(const Run& run);
  RunFacts& FactsOf(const Run& run) { return history_.runs[{run.lease.trial, run.lease.attempt}]; }
  absl::Duration BackOff() { return dice_.Between(absl::Milliseconds(20), absl::Seconds(2)); }

  Scene& scene_;
  History& history_;
  Services& services_;
  Dice dice_;
  Endpoint endpoint_;
  const int64_t slots_;
  int64_t starts_ = 0;    // of its process
  int64_t requests_ = 0;  // request ids used
  std::string agent_id_;
  std::map<int64_t, RunPtr> runs_;  // by slot
};

}  // namespace sweepd::simulation
