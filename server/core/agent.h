// A process on a worker machine that runs trials.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace sweepd {

struct Agent {
  std::string id;    // made at registration, one for each start of the process
  std::string name;  // chosen by its user, HOST-PID by default; for people
  std::string host;
  int64_t slots = 1;  // trials it runs at the same time
  std::string version;
  absl::Time registered;
  absl::Time last_seen;  // newest call, kept in memory and written at registration only
};

}  // namespace sweepd
