#include "agent/interrupts.h"

#include <csignal>

namespace sweepd::agent {

Interrupt InterruptLadder::On(int signal) {
  if (signal == SIGINT) {
    switch (++interrupts_) {
      case 1: return Interrupt::kDrain;
      case 2: return Interrupt::kTerminate;
      default: return Interrupt::kKill;
    }
  }
  if ((signal != SIGTERM && signal != SIGHUP) || preempted_) return Interrupt::kNone;
  preempted_ = true;
  // Programs have got SIGTERM by it, so that a SIGINT can only mean the last rung.
  interrupts_ = 2;
  return Interrupt::kPreempt;
}

}  // namespace sweepd::agent
