// What the calling thread has cost so far.
#pragma once

#include <time.h>

#include "absl/time/time.h"

namespace sweepd {

inline absl::Duration ThreadCpuTime() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return absl::DurationFromTimespec(spent);
}

}  // namespace sweepd
