// Runs sweepctl's command lines in the test's own process and keeps what they print.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "client/sweepctl.h"
#include "common/clock.h"

namespace sweepd::client {

struct CommandResult {
  int code;
  std::string out;
  std::string err;
};

// Set what a test needs, then Run as often as it likes.
struct SweepctlHarness {
  explicit SweepctlHarness(std::string address) : controller(std::move(address)) {}

  CommandResult Run(const std::vector<std::string>& arguments) {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    const SystemClock clock;
    const Surroundings surroundings{.in = in,
                                    .out = out,
                                    .err = err,
                                    .in_is_terminal = in_is_terminal,
                                    .measure_terminal = [this] { return terminal; },
                                    .clock = clock,
                                    .zone = absl::UTCTimeZone(),
                                    .controller = controller,
                                    .program_folder = program_folder,
                                    .search_path = "",
                                    .temporary_folder = temporary_folder};
    const int code = RunSweepctl(arguments, surroundings);
    return {code, out.str(), err.str()};
  }

  std::string controller;
  std::string input;
  bool in_is_terminal = false;
  Terminal terminal;
  std::string program_folder;
  std::string temporary_folder = "/tmp";
};

}  // namespace sweepd::client
