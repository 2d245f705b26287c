// sweepctl: the command line of a sweepd controller.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "client/sweepctl.h"
#include "common/clock.h"

namespace {

std::string Variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

}  // namespace

int main(int argc, char** argv) {
  // A closed pipe ("sweepctl trials ID | head") ends the program quietly, as it does for other tools.
  std::signal(SIGPIPE, SIG_DFL);
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const sweepd::SystemClock clock;
  const sweepd::client::Surroundings surroundings{
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .in_is_terminal = isatty(STDIN_FILENO) != 0,
      .measure_terminal = [] { return sweepd::client::TerminalOf(STDOUT_FILENO); },
      .clock = clock,
      .zone = absl::LocalTimeZone(),
      .controller = Variable("SWEEPD_CONTROLLER", "127.0.0.1:7077"),
      .program_folder = self.parent_path().string(),
      .search_path = Variable("PATH", ""),
      .temporary_folder = Variable("TMPDIR", "/tmp"),
  };
  return sweepd::client::RunSweepctl(std::vector<std::string>(argv + 1, argv + argc), surroundings);
}
