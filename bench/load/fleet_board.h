// What the agents of a fleet tell about themselves, phase by phase.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace sweepd::load {

struct PhaseResult {
  absl::Duration length;
  int64_t present = 0;  // agents with a good answer to a call that began in this phase
  int64_t heartbeats = 0;
  absl::Duration p50;  // of heartbeats
  absl::Duration p99;
  int64_t leases_lost = 0;                // heartbeats that were answered with another directive than CONTINUE
  std::map<std::string, int64_t> errors;  // by status

  int64_t error_count() const;
};

// Thread-safe.
class FleetBoard {
 public:
  // Ends the phase before and begins the next one, whose number is returned. The first call begins phase 1.
  int BeginPhase();
  int phase() const;

  // The result so far of the current phase.
  PhaseResult Result() const;

  // Waits until `agents` are present in the current phase. False when that takes longer than `timeout`.
  bool AwaitPresent(int64_t agents, absl::Duration timeout);

  // Called by agents. `phase` is the one in which the call began; what belongs to an earlier phase is dropped.
  void NotePresent(int phase);
  void NoteHeartbeat(int phase, absl::Duration latency);
  void NoteLeaseLost();
  void NoteError(const absl::Status& status);

 private:
  mutable absl::Mutex mutex_;
  int phase_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Time begun_ ABSL_GUARDED_BY(mutex_);
  std::vector<absl::Duration> latencies_ ABSL_GUARDED_BY(mutex_);
  PhaseResult result_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sweepd::load
