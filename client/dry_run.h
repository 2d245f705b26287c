// What a sweep would run first, without creating it.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "client/exit_code.h"
#include "client/session.h"

namespace sweepd::client {

// Prints the first `count` assignments of the sweep file's sweep, each with the command that an agent would run, as far
// as that is known here: ${envvar:NAME} is the agent's, and so is the folder of ${args_json_file}. kUsage, after
// printing the problems, for a sweep file that is wrong.
absl::StatusOr<ExitCode> PrintDryRun(Session& session, v1::SweepFile file, int64_t count);

}  // namespace sweepd::client
