// Everything outside sweepctl that its commands touch, so that tests run them in their own process.
#pragma once

#include <functional>
#include <istream>
#include <ostream>
#include <string>

#include "absl/time/time.h"
#include "client/output/terminal.h"
#include "common/clock.h"

namespace sweepd::client {

// References must outlive it.
struct Surroundings {
  std::istream& in;
  std::ostream& out;                           // data
  std::ostream& err;                           // messages
  bool in_is_terminal = false;                 // whether questions can be asked
  std::function<Terminal()> measure_terminal;  // of `out`, now: people change the size of their windows
  const Clock& clock;
  absl::TimeZone zone;

  std::string controller;      // default of --controller
  std::string program_folder;  // where sweepctl itself lies
  std::string search_path;     // $PATH
  std::string temporary_folder;
};

}  // namespace sweepd::client
