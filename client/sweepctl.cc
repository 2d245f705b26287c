#include "client/sweepctl.h"

#include <utility>

#include "client/command_parser.h"
#include "client/commands/commands.h"
#include "client/session.h"

namespace sweepd::client {

int RunSweepctl(const std::vector<std::string>& arguments, const Surroundings& surroundings) {
  GlobalOptions globals;
  globals.controller = surroundings.controller;
  const ParsedLine parsed = ParseCommandLine(arguments, AllCommands(), globals);
  if (parsed.command == nullptr) {
    (parsed.code == ExitCode::kOk ? surroundings.out : surroundings.err) << parsed.text;
    return static_cast<int>(parsed.code);
  }
  const absl::StatusOr<Format> format = ParseFormat(globals.format);
  if (!format.ok()) return static_cast<int>(ReportError(surroundings.err, format.status()));
  Session session(surroundings, {.address = globals.controller, .patience = globals.timeout}, *format);
  const absl::StatusOr<ExitCode> code = parsed.command->Run(session);
  surroundings.out.flush();
  return static_cast<int>(code.ok() ? *code : ReportError(surroundings.err, code.status()));
}

}  // namespace sweepd::client
