// The command line of the fleet program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace sweepd::load {

struct FleetFlags {
  int64_t agents = 10'000;
  int64_t threads = 2;
  std::optional<absl::Duration> heartbeat;    // instead of the interval that the controller tells
  absl::Duration ramp = absl::Seconds(10);    // within which the agents begin
  absl::Duration steady = absl::Seconds(30);  // length of the phases before and after the restart
  bool check = false;
  std::string data_folder = "/var/tmp";
  std::string sweepd;  // path
  std::vector<std::string> sweepd_arguments;
};

// The flags; or, when the program should end at once, its exit code with everything said.
struct ParsedFleetFlags {
  FleetFlags flags;
  std::optional<int> exit_code;
};
ParsedFleetFlags ParseFleetFlags(int argc, char** argv);

}  // namespace sweepd::load
