// How a running program is brought to its end: when it gets which signal, and why.
//
// Pure bookkeeping over a monotonic time that the caller passes in; it sends nothing itself. Not thread-safe.
#pragma once

#include <optional>

#include "absl/time/time.h"

namespace sweepd::agent {

struct WindDownTimes {
  absl::Duration stop_soft_time = absl::Seconds(10);  // from the stop file to SIGTERM
  absl::Duration kill_delay = absl::Seconds(30);      // from SIGTERM to SIGKILL
  absl::Duration preempt_grace = absl::Seconds(15);   // the same, when the agent itself has to go; at most kill_delay
};

class WindDown {
 public:
  // In the order of their strength: a later cause takes the place of an earlier one, never the other way round.
  enum class Cause {
    kNone,
    kPreempt,  // the agent gives the attempt back
    kTimeout,  // it ran too long; it has failed
    kStop,     // ended early by the controller; its result counts
    kCancel,   // by the controller; nothing of it is accepted any more
    kLost,     // its lease is another's, whose program may be using the checkpoint folder
  };

  explicit WindDown(const WindDownTimes& times) : times_(times) {}

  // Each brings the signals forward where it asks for more haste, and never puts them off.
  void TimeOut(absl::Duration now);    // SIGTERM now, SIGKILL after kill_delay; nothing when it is being ended already
  void Stop(absl::Duration now);       // SIGTERM after stop_soft_time
  void Cancel(absl::Duration now);     // SIGTERM now, SIGKILL after kill_delay
  void Lose(absl::Duration now);       // SIGKILL now: what it still did could only harm
  void Terminate(absl::Duration now);  // SIGTERM now, SIGKILL after kill_delay
  void Preempt(absl::Duration now);    // SIGTERM now, SIGKILL after preempt_grace
  void Kill(absl::Duration now);       // SIGKILL now

  Cause cause() const { return cause_; }
  // When SIGTERM is due; infinite before any of the calls above.
  absl::Duration terminate_at() const { return terminate_at_; }

  // The signal that is due at `now`, each at most once: SIGTERM, SIGKILL or nothing.
  std::optional<int> TakeDueSignal(absl::Duration now);

 private:
  void Begin(Cause cause, absl::Duration terminate_at, absl::Duration kill_at);

  WindDownTimes times_;
  Cause cause_ = Cause::kNone;
  absl::Duration terminate_at_ = absl::InfiniteDuration();
  absl::Duration kill_at_ = absl::InfiniteDuration();
  bool terminated_ = false;
  bool killed_ = false;
};

}  // namespace sweepd::agent
