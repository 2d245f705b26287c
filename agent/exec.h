// Turning a command into a running child.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/process.h"

namespace sweepd::agent {

struct Child {
  pid_t pid = -1;
  int pidfd = -1;   // readable once it has ended; owned by the caller
  int output = -1;  // read end of its standard output and error, non-blocking; owned by the caller
};

// The file that a program's name means: itself when it holds a slash, otherwise the first executable of that name in
// the PATH of `environment` ("NAME=value" entries). NOT_FOUND that names the PATH.
absl::StatusOr<std::string> FindProgram(const std::string& name, const std::vector<std::string>& environment);

// Forks and executes. The child is leader of a new session and process group. NOT_FOUND or FAILED_PRECONDITION with the
// system's reason when the program cannot be executed; then no child is left.
absl::StatusOr<Child> StartChild(const LaunchSpec& spec);

}  // namespace sweepd::agent
