#include "client/local/interrupts.h"

#include <ctime>
#include <initializer_list>

namespace sweepd::client {

Interrupts::Interrupts() {
  sigemptyset(&signals_);
  for (int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, number);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

Interrupts::~Interrupts() {
  Count();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int Interrupts::Count() {
  const timespec at_once{};
  while (sigtimedwait(&signals_, nullptr, &at_once) > 0) ++count_;
  return count_;
}

}  // namespace sweepd::client
