// The options of one command. It keeps the parser's library, which is slow to compile, out of the commands.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace CLI {
class App;
}  // namespace CLI

namespace sweepd::client {

// The targets must outlive the parsing; they keep their value when the option is not given. `flags` are written
// "-o,--output"; `placeholder` stands for the value in --help.
class CommandLine {
 public:
  explicit CommandLine(CLI::App& app) : app_(app) {}

  // Positional and required, in the order of the calls.
  void Argument(const std::string& name, std::string* value, const std::string& help);
  void Argument(const std::string& name, int64_t* value, const std::string& help);

  // Positional: what is left after the others, any number.
  void Arguments(const std::string& name, std::vector<std::string>* values, const std::string& help);

  void Option(const std::string& flags, const std::string& placeholder, std::string* value, const std::string& help);
  // May be given several times.
  void Option(const std::string& flags, const std::string& placeholder, std::vector<std::string>* values,
              const std::string& help);
  // At least `minimum`.
  void Option(const std::string& flags, const std::string& placeholder, int64_t* value, int64_t minimum,
              const std::string& help);
  // As ParseDurationArgument.
  void Option(const std::string& flags, const std::string& placeholder, absl::Duration* value, const std::string& help);

  void Flag(const std::string& flags, bool* value, const std::string& help);

 private:
  CLI::App& app_;
};

}  // namespace sweepd::client
