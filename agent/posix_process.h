// ProcessRunner on Linux: fork, exec, process groups and pidfds.
#pragma once

#include <sys/types.h>

#include <memory>
#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "agent/process.h"

namespace sweepd::agent {

// Thread-safe. Makes this process the reaper of every orphaned descendant, so that none escapes it.
//
// A program dies with SIGTERM when the thread that launched it ends, and so when the agent is killed: two executions
// of one trial must not share a checkpoint folder.
class PosixProcessRunner : public ProcessRunner {
 public:
  PosixProcessRunner();

  absl::StatusOr<std::unique_ptr<Process>> Launch(const LaunchSpec& spec) override;

  // For processes: `leader` was reaped.
  void Forget(pid_t leader);
  // Kills the descendants of this process that carry `mark`, and reaps the orphans that have ended.
  void KillStragglers(const std::string& mark);

 private:
  absl::Mutex mutex_;
  // Programs not yet reaped: only their Process may wait for them.
  std::set<pid_t> leaders_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sweepd::agent
