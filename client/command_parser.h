// From the words on the command line to a command that is ready to run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/command.h"
#include "client/exit_code.h"
#include "client/output/format.h"

namespace sweepd::client {

struct GlobalOptions {
  std::string controller;
  std::string format = "table";
  absl::Duration timeout = absl::Seconds(2);
};

struct ParsedLine {
  std::unique_ptr<Command> command;  // null: `text` is all there is to say
  std::string text;                  // help or version (kOk), or what is wrong with a suggestion (kUsage)
  ExitCode code = ExitCode::kOk;
};

// Options of `globals` keep their values where the line names none; they may stand before and after the command.
ParsedLine ParseCommandLine(const std::vector<std::string>& arguments, const std::vector<CommandEntry>& commands,
                            GlobalOptions& globals);

}  // namespace sweepd::client
