// The command line of the stored_trials program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "bench/load/load_client.h"

namespace sweepd::load {

struct StoredTrialsFlags {
  int64_t few = 1'000;
  int64_t many = 1'000'000;
  LoadOptions load;
  absl::Duration length = absl::Seconds(5);  // of a round
  int rounds = 5;
  int restarts = 3;
  bool check = false;
  std::string data_folder = "/var/tmp";
  std::string sweepd;  // path
  std::vector<std::string> sweepd_arguments;
};

// The flags; or, when the program should end at once, its exit code with everything said.
struct ParsedStoredTrialsFlags {
  StoredTrialsFlags flags;
  std::optional<int> exit_code;
};
ParsedStoredTrialsFlags ParseStoredTrialsFlags(int argc, char** argv);

}  // namespace sweepd::load
