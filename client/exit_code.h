// What sweepctl's exit status tells a script.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace sweepd::client {

enum class ExitCode : int {
  kOk = 0,
  kFailed = 1,             // anything that has no code of its own
  kUsage = 2,              // the command line, or the sweep file, is wrong
  kNotFound = 3,           // no such sweep, trial or file on the controller
  kRefused = 4,            // the sweep's state does not allow it
  kUnreachable = 5,        // the controller does not answer
  kNoSuccessfulTrial = 6,  // the sweep is over and no trial succeeded
  kTimedOut = 7,           // `wait --timeout` ran out
};

// The code of a call's error.
ExitCode ExitCodeOf(const absl::Status& status);

// The table of codes as `--help` shows it.
absl::string_view ExitCodeHelp();

}  // namespace sweepd::client
