// The command line of sweep-agent.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "agent/early_exit.h"
#include "agent/session.h"
#include "common/log.h"

namespace sweepd::agent {

struct Options {
  std::string controller;  // HOST:PORT
  SessionOptions session;  // complete but for agent.host and the program's environment
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
};

// `arguments` without the program's name; those after the first "--" are the command. `environment` gives the value of
// a variable, or nullptr. Mistakes give exit code 2 and a message that says what is wrong.
std::variant<Options, EarlyExit> ParseOptions(const std::vector<std::string>& arguments,
                                              absl::FunctionRef<const char*(const char*)> environment);

}  // namespace sweepd::agent
