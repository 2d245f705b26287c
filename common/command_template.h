// Command lines with ${...} macros, expanded over named values. Never through a shell: one element, one argument.
//
// A macro is a whole element or stands inside one ("--lr=${lr}"). ${NAME} with a parameter's name is its value;
// ${GROUP.NAME} is that of a value inside a map, to any depth.
//   ${env} ${interpreter} ${program}       given by the caller
//   ${args}                                --name=value for each parameter in name order; True, False and None as
//                                          Python writes them, lists and maps as JSON
//   ${args_no_equals}                      --name value, as two elements
//   ${args_no_hyphens}                     name=value
//   ${args_append_hydra}                   +name=value
//   ${args_override_hydra}                 ++name=value
//   ${args_no_boolean_flags}               true: --name, false: nothing, the rest as ${args}
//   ${args_json}                           one element: a JSON object
//   ${args_json_file}                      path of a file that holds it
//   ${envvar:NAME}                         environment variable NAME of the expanding process
// A macro that gives several elements (${args} and the like) must be a whole element. A macro's name wins over an equal
// parameter's name. A `$` that no `{` follows is literal, also in `$$`; `${` without `}` is an error. The value that a
// macro gives is never expanded again, so text with `${` can be had from a parameter or an environment variable.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/value.h"

namespace sweepd {

// What the macros stand for. References must outlive the call they are passed to.
struct MacroContext {
  std::string env;          // ${env}
  std::string interpreter;  // ${interpreter}
  std::string program;      // ${program}
  std::string json_file;    // ${args_json_file}
  const Value::Map& parameters;
  // The value of an environment variable, or nullptr when it is unset.
  absl::FunctionRef<const char*(const char*)> environment;
};

// One mistake in a template.
struct MacroProblem {
  size_t element;       // index in the command
  std::string message;  // what is wrong and what would be right
};

// Every unknown or misplaced macro of `command`; empty when all is well. `parameter_names` are allowed as ${NAME}.
std::vector<MacroProblem> CheckCommand(const std::vector<std::string>& command,
                                       const std::vector<std::string>& parameter_names);

// Whether some element holds ${macro}.
bool UsesMacro(const std::vector<std::string>& command, absl::string_view macro);

// The inside of every ${...} of an element, in order.
std::vector<std::string> MacrosIn(absl::string_view element);

// The arguments. INVALID_ARGUMENT for a command that CheckCommand refuses, FAILED_PRECONDITION that names the variable
// for an unset ${envvar:NAME}.
absl::StatusOr<std::vector<std::string>> ExpandCommand(const std::vector<std::string>& command,
                                                       const MacroContext& context);

// A value as it stands on a command line: strings as they are, True/False/None, numbers, lists and maps as JSON.
std::string ArgumentText(const Value& value);

}  // namespace sweepd
