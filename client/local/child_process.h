// A program that this process starts and ends.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace sweepd::client {

// The program runs in its own process group, so that a ctrl-C on the terminal does not reach it, and gets SIGTERM from
// the kernel when this process dies. Not thread-safe.
class ChildProcess {
 public:
  // `arguments[0]` is the program's path. Standard input is empty; both outputs are appended to the file `log`.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(const std::vector<std::string>& arguments,
                                                             const std::string& log);

  // Kills and reaps a program that still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Names the program for the kernel until its end has been seen by Poll or WaitFor.
  pid_t pid() const { return pid_; }

  // The exit code, 128 + signal number after a signal; nullopt while it runs.
  std::optional<int> Poll();

  // Sends a signal; nothing when it has ended.
  void Signal(int number);

  // Waits for its end, at most `timeout`.
  std::optional<int> WaitFor(absl::Duration timeout);

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}

  const pid_t pid_;
  std::optional<int> exit_code_;
};

}  // namespace sweepd::client
