// A gRPC server as its own process: sweepd or the echo server.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/local/child_process.h"

namespace sweepd::load {

struct ServerCommand {
  std::string program;                      // path
  std::vector<std::string> arguments = {};  // besides --listen and --address-file
  std::string folder;                       // existing; gets the address file and the log
  std::string listen = "127.0.0.1:0";
  std::vector<std::string> environment = {};  // NAME=value, in addition to this process's
};

// Not thread-safe.
class ServerProcess {
 public:
  // Starts the program and waits until it serves. INTERNAL, with the last lines of its log, when it ends before that or
  // does not serve in time.
  static absl::StatusOr<std::unique_ptr<ServerProcess>> Start(const ServerCommand& command);

  // "HOST:PORT" with the bound port.
  const std::string& address() const { return address_; }
  pid_t pid() const { return child_->pid(); }

  // From starting the program to its serving, as this process saw it.
  absl::Duration start_time() const { return start_time_; }

  // SIGTERM, then the end. INTERNAL when it does not end in time or with another code than 0.
  absl::Status Stop();
  // SIGKILL, and waits for the end.
  void Kill();

 private:
  ServerProcess(std::unique_ptr<client::ChildProcess> child, std::string log)
      : child_(std::move(child)), log_(std::move(log)) {}

  absl::Status AwaitAddress(const std::string& address_file);

  std::unique_ptr<client::ChildProcess> child_;
  std::string log_;
  std::string address_;
  absl::Duration start_time_;
};

// "127.0.0.1:PORT" with a port that is free now and that the kernel gives to nobody by itself: while a server is down,
// clients that knock at an ephemeral port of it may be given that very port, and keep it. INTERNAL without one.
absl::StatusOr<std::string> AddressForRestarts();

// The path of a program that was built beside this one (in the folder of the running program).
std::string ProgramBesideThis(const std::string& name);

}  // namespace sweepd::load
