// The reference workload, once for every operation of its disk: the machine stops at that operation, starts again, and
// the workload must end as it does without a crash.
#pragma once

#include <cstdint>
#include <string>

#include "tests/simulation/coverage.h"

namespace sweepd::simulation {

struct CrashReport {
  int64_t operations = 0;  // of the workload without a crash
  int64_t crashes = 0;
  int64_t calls = 0;
  std::string violation;  // empty: every one ended well
  Coverage coverage;
};

// `seed` draws the workload and what becomes of unsynced sectors. `only` > 0: this operation alone, told in detail.
CrashReport CrashAtEveryOperation(uint64_t seed, int64_t only);

}  // namespace sweepd::simulation
