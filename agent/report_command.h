// `sweep-agent report NAME=VALUE...`: what a shell script runs inside a trial to report.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "agent/early_exit.h"

namespace sweepd::agent {

constexpr int kStopAsked = 10;  // exit code: the report was written, and the program should end soon

// Appends one line to $SWEEP_METRICS_FILE, in one write at the file's end, so that the lines of concurrent writers
// never mix. `arguments` are those after "report": metrics, `step` and `time` with numbers (NaN, Infinity and -Infinity
// among them), or `event=checkpoint step=N`, `event=preempting`, `event=log message=TEXT`. `environment` gives the
// value of a variable, or nullptr.
//
// Exit codes: 0 written; 10 written, and $SWEEP_STOP_FILE is there; 1 not written, for this is no trial or the file
// does not take it; 2 wrong arguments, nothing was written.
EarlyExit Report(const std::vector<std::string>& arguments, absl::FunctionRef<const char*(const char*)> environment);

}  // namespace sweepd::agent
