// Ctrl-C as something to ask about, instead of something that happens.
#pragma once

#include <csignal>

namespace sweepd::client {

// While it lives, SIGINT, SIGTERM and SIGHUP are counted and do nothing else. Make it before other threads start: they
// inherit the blocked signals. Use from one thread.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // How many came so far.
  int Count();

 private:
  sigset_t signals_;
  sigset_t before_;
  int count_ = 0;
};

}  // namespace sweepd::client
