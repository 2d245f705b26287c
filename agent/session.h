// One agent's life: registration, a thread for each slot that runs one trial after another, heartbeats, and a thread
// that delivers what earlier agents left and cleans up.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "agent/controller.h"
#include "agent/deadline.h"
#include "agent/interrupts.h"
#include "agent/leftovers.h"
#include "agent/retention.h"
#include "agent/slot.h"
#include "agent/spool_folder.h"
#include "agent/trial_run.h"

namespace sweepd::agent {

struct SessionOptions {
  AgentDescription agent;                           // agent.slots is the number of `slots`
  std::vector<Slot> slots;                          // at least one
  std::vector<std::string> sweeps;                  // empty: every sweep of the controller
  std::optional<int64_t> count;                     // most trials that are begun
  bool stay = false;                                // go on asking when the controller says that there is nothing more
  absl::Duration stay_pause = absl::Seconds(5);     // between such answers
  absl::Duration first_poll = absl::Seconds(1);     // of a slot's first request: soon known why there is no trial
  absl::Duration long_poll = absl::Seconds(20);     // of the requests after it
  absl::Duration shortest_wait = absl::Seconds(1);  // between two requests when the controller answers at once
  absl::Duration connect_timeout = absl::Seconds(60);   // for the first registration; infinite: for ever
  absl::Duration preempt_farewell = absl::Seconds(20);  // from Interrupt::kPreempt until results are given up
  absl::Duration kill_farewell = absl::Seconds(2);      // the same from Interrupt::kKill
  // From the end of the last trial until what earlier agents left is given up, unless an interrupt ends the session;
  // then it is kill_farewell.
  absl::Duration leftover_farewell = absl::Seconds(20);
  RetentionPolicy retention;
  RunOptions run;
};

enum class SessionEnd {
  kDone,           // no more trials, or as many as were asked for
  kInterrupted,    // by Interrupt
  kSweepNotFound,  // a named sweep does not exist
  kUnreachable,    // the controller did not answer within connect_timeout
  kRefused,        // the controller refused the agent for another reason
};

// Run is called once. Interrupt is thread-safe and may come at any time.
class Session {
 public:
  // `leftovers` are the folders of agents that are gone; see SpoolFolder::Claim.
  Session(SessionOptions options, Controller& controller, ProcessRunner& processes, const Clock& clock, IdSource& ids,
          SpoolFolder& spools, std::vector<std::unique_ptr<SpoolFolder>> leftovers);

  // Blocks until the agent's work is over. No program is left running.
  SessionEnd Run();

  void Interrupt(agent::Interrupt interrupt);

 private:
  absl::StatusOr<Registration> Register();
  void ServeSlot(const Slot& slot);
  std::optional<Lease> NextLease(const Slot& slot);
  absl::StatusOr<TrialAnswer> Ask(const Slot& slot, absl::Duration wait);
  void RunTrial(Lease lease, const Slot& slot);
  // Delivers leftovers, then cleans up from time to time.
  void KeepHouse();
  bool AwaitMess();
  void SendHeartbeats(absl::Duration interval);
  absl::Status SendHeartbeat();
  // Unique within the registration, and later ones sort behind earlier ones: the controller's index grows at its end.
  std::string NextRequestId(const Slot& slot);
  bool TakeTicket();
  void NoteWait(const std::string& reason);
  void GiveUp(SessionEnd end);
  std::vector<LeaseRef> Running();
  void Apply(const std::vector<LeaseRef>& running, const std::vector<Directive>& directives);
  // Full jitter around a pause, so that agents do not ask in step.
  absl::Duration Jitter(absl::Duration pause);

  const SessionOptions options_;
  Controller& controller_;
  ProcessRunner& processes_;
  const Clock& clock_;
  IdSource& ids_;
  Deadline asking_;    // when no more trials are asked for
  Deadline farewell_;  // when results that cannot be delivered are given up
  Deadline leftover_farewell_;
  SpoolFolder& spools_;
  Leftovers leftovers_;
  absl::Notification over_;

  absl::Mutex mutex_;
  std::vector<TrialRun*> runs_ ABSL_GUARDED_BY(mutex_);  // each alive while it is here
  int64_t begun_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t requests_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t ended_ ABSL_GUARDED_BY(mutex_) = 0;  // trials since the last clean-up
  bool idle_ ABSL_GUARDED_BY(mutex_) = false;  // every slot is done
  agent::Interrupt interrupted_ ABSL_GUARDED_BY(mutex_) = agent::Interrupt::kNone;
  std::optional<SessionEnd> end_ ABSL_GUARDED_BY(mutex_);  // the first reason to end
  std::string last_wait_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sweepd::agent
