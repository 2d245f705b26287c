// Running programs: the seam between an attempt and the operating system.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace sweepd::agent {

struct LaunchSpec {
  // The program and its arguments; a program without a slash is looked up in PATH of `environment`. Not empty.
  std::vector<std::string> arguments;
  // The whole environment, each "NAME=value".
  std::vector<std::string> environment;
  // One entry of `environment` that no other launch has: descendants that left the process group are known by it.
  std::string mark;
};

// How a program ended.
struct ExitStatus {
  int code = 0;    // of a program that ended by itself
  int signal = 0;  // that ended it; 0 for none

  bool ok() const { return code == 0 && signal == 0; }
  // The code, or 128 + signal as shells count it.
  int64_t exit_code() const { return signal == 0 ? code : 128 + signal; }
};

// A program that was started, with every process it started. Not thread-safe. Destroying it kills all of them.
class Process {
 public:
  virtual ~Process() = default;

  // Waits at most `timeout` for output or for the end. Output (standard output and standard error, as they come) goes
  // to `on_output` in pieces. Once the program itself has ended, whatever it left running is killed and the rest of its
  // output read before its status is returned; nullopt while it runs. Not to be called again after a status.
  virtual std::optional<ExitStatus> Poll(absl::Duration timeout,
                                         absl::FunctionRef<void(absl::string_view)> on_output) = 0;

  // Sends a signal to the program and to every process of its group.
  virtual void Signal(int signal) = 0;
};

// Thread-safe.
class ProcessRunner {
 public:
  virtual ~ProcessRunner() = default;

  // Starts a program in the agent's working directory, in a session of its own, with standard input from /dev/null and
  // every signal at its default. An error says why it could not be started. The runner outlives its processes.
  virtual absl::StatusOr<std::unique_ptr<Process>> Launch(const LaunchSpec& spec) = 0;
};

}  // namespace sweepd::agent
