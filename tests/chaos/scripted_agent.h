// An agent without a program: it takes trials, makes their results up and reports them, as fast as it is answered.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/ids.h"
#include "common/rng.h"
#include "tests/chaos/caller.h"
#include "tests/chaos/execution.h"

namespace sweepd::chaos {

struct Script {
  std::vector<std::string> sweeps;                // asked for; empty: every sweep of the controller
  bool until_done = false;                        // end when the controller says that there is nothing more
  double mischief = 0;                            // share of executions with one
  absl::Duration pause;                           // longest pause before a call; uniform from 0
  absl::Duration nap = absl::Seconds(5);          // of Mischief::kNap
  absl::Duration timeout = absl::Seconds(3);      // of each call
  absl::Duration wait = absl::Milliseconds(500);  // how long a request for a trial is held
};

// Run is called once, by the agent's own thread. What is passed by reference must outlive it.
class ScriptedAgent {
 public:
  ScriptedAgent(const std::string& name, const std::shared_ptr<grpc::Channel>& channel, const Script& script, Rng rng,
                IdSource& ids, CallLog& log, const std::atomic<bool>& stopping);

  // Until `stopping` is set (the execution under way is ended properly), or the sweeps are over.
  void Run();

 private:
  bool Register();
  // The next lease; nullopt when there is nothing more to do.
  std::optional<v1::Lease> NextLease();
  CallError Ask(v1::RequestTrialResponse& response);
  void Execute(const v1::Lease& lease);
  // Whether the execution goes on.
  bool Report(const v1::LeaseRef& lease, const Execution& execution, int64_t call);
  bool Heartbeat(const v1::LeaseRef& lease);
  bool Finish(const v1::LeaseRef& lease, const Execution& execution);
  void Pause();

  const Script& script_;
  Rng rng_;
  IdSource& ids_;
  const std::atomic<bool>& stopping_;
  Caller caller_;
  std::string agent_id_;
};

}  // namespace sweepd::chaos
