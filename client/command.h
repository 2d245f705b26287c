// One command of sweepctl: its options, and what it does.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/command_line.h"
#include "client/exit_code.h"
#include "client/session.h"

namespace sweepd::client {

class Command {
 public:
  virtual ~Command() = default;

  // Binds options to members; called once, before Run.
  virtual void Declare(CommandLine& line) = 0;

  // Does it. An error is reported to the user by the caller and becomes the exit status (ExitCodeOf); a command that
  // has reported by itself returns the code.
  virtual absl::StatusOr<ExitCode> Run(Session& session) = 0;
};

// One line of the table of commands. "trial retry" is the command `retry` of the family `trial`, whose own line stands
// before those of its members and makes nothing.
struct CommandEntry {
  std::string name;
  std::string group;    // heading in --help
  std::string summary;  // what it does, in one line
  std::function<std::unique_ptr<Command>()> make;
};

}  // namespace sweepd::client
