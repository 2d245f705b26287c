// What the signals an agent receives mean, one after another.
//
// SIGINT is a ladder: first no new trials and wait for the running ones, then SIGTERM to them, then SIGKILL. SIGTERM
// and SIGHUP mean that the machine is wanted back: end the trials so that another agent continues them.
#pragma once

namespace sweepd::agent {

enum class Interrupt {
  kNone,
  kDrain,      // start no trial; wait for the running ones
  kTerminate,  // SIGTERM to the running programs, and SIGKILL after the kill delay; their trials are given back
  kKill,       // SIGKILL to them now
  kPreempt,    // SIGTERM to them, SIGKILL after a short grace; their trials are given back; soon over
};

// Not thread-safe.
class InterruptLadder {
 public:
  // What to do about `signal`; kNone for a repetition that adds nothing.
  Interrupt On(int signal);

 private:
  int interrupts_ = 0;  // SIGINTs so far, or as many as would have led here
  bool preempted_ = false;
};

}  // namespace sweepd::agent
