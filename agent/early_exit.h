// A command that is over without an agent's run: help, a version, a mistake, a report.
#pragma once

#include <string>

namespace sweepd::agent {

// How to exit, and what to print before: on standard output with code 0, on standard error with any other.
struct EarlyExit {
  int code = 0;
  std::string text;
};

}  // namespace sweepd::agent
