// The command line of the load program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "bench/load/load_client.h"

namespace sweepd::load {

enum class Scenario { kLifecycle, kMetrics, kHeartbeats };

struct LoadFlags {
  Scenario scenario = Scenario::kLifecycle;
  LoadOptions load;
  absl::Duration length = absl::Seconds(5);  // of a round
  int rounds = 5;
  absl::Duration slow_fsync;  // added to every fsync and fdatasync of sweepd
  bool echo = true;           // measure the echo server beside it
  bool check = false;         // compare with the thresholds
  std::string data_folder = "/var/tmp";
  std::string sweepd;                         // path
  std::vector<std::string> sweepd_arguments;  // passed on
};

// The flags; or, when the program should end at once, its exit code with everything said.
struct ParsedLoadFlags {
  LoadFlags flags;
  std::optional<int> exit_code;
};
ParsedLoadFlags ParseLoadFlags(int argc, char** argv);

}  // namespace sweepd::load
