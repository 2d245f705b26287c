// What every program of the load measurements does first.
#pragma once

#include <csignal>

#include "absl/synchronization/mutex.h"

namespace sweepd::load {

// Call before any thread starts. Debian builds abseil with its search for deadlocks among mutexes, whose cost grows
// with the number of connections until it is a third of a process with ten thousand; it is switched off. A connection
// that the other side closes is an error of that call, not a signal that ends the program.
inline void PrepareProcess() {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  signal(SIGPIPE, SIG_IGN);
}

}  // namespace sweepd::load
