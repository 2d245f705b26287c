// What the load program prints.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "bench/load/load_flags.h"
#include "bench/load/round.h"

namespace sweepd::load {

struct ServerResults {
  std::string name;
  std::vector<RoundResult> rounds;
  int64_t peak_memory = 0;  // bytes
};

// The rows of the table, as medians over the rounds; errors are the sum.
struct Summary {
  double lifecycles = 0;  // per second, as are the next two
  double calls = 0;
  double points = 0;
  absl::Duration p50;
  absl::Duration p99;
  absl::Duration server_cpu_per_call;
  absl::Duration client_cpu_per_call;
  double server_cores = 0;  // CPU time per time
  int64_t errors = 0;
};
Summary Summarize(const ServerResults& results);

// One line while the rounds go on.
void PrintRound(const std::string& server, int round, const RoundResult& result);

// The table, with sweepd's ratio to the echo server where `echo` has rounds.
void PrintTable(const LoadFlags& flags, absl::Duration fdatasync, const ServerResults& sweepd,
                const ServerResults& echo);

// Prints PASS or FAIL for each threshold of the scenario. False when one failed.
bool CheckThresholds(const LoadFlags& flags, const ServerResults& sweepd, const ServerResults& echo);

}  // namespace sweepd::load
