#include "bench/load/fleet_flags.h"

#include <CLI/CLI.hpp>

#include "bench/load/server_process.h"
#include "common/duration_argument.h"

namespace sweepd::load {
namespace {

constexpr char kDescription[] =
    "Many agents, each with its own connection and a lease, on one sweepd: their heartbeats, sweepd's memory, and how\n"
    "long they take to come back when sweepd is killed and started again. Starts sweepd by itself.";

constexpr absl::Duration kShortestHeartbeat = absl::Milliseconds(10);

absl::Duration Parse(const char* option, const std::string& text, absl::Duration minimum) {
  const absl::StatusOr<absl::Duration> duration = ParseDurationArgument(text, minimum);
  if (!duration.ok()) throw CLI::ValidationError(option, std::string(duration.status().message()));
  return *duration;
}

}  // namespace

ParsedFleetFlags ParseFleetFlags(int argc, char** argv) {
  ParsedFleetFlags parsed;
  FleetFlags& flags = parsed.flags;
  flags.sweepd = ProgramBesideThis("sweepd");
  std::string heartbeat;
  std::string ramp = "10s";
  std::string steady = "30s";

  CLI::App app(kDescription, "fleet");
  app.add_option("--agents", flags.agents, "Agents, each with a connection")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--heartbeat", heartbeat, "Interval of the heartbeats, for example 1s; without it what sweepd tells");
  app.add_option("--ramp", ramp, "Time within which the agents begin; 0s: all at once")->capture_default_str();
  app.add_option("--steady", steady, "Length of the undisturbed phases before and after the restart")
      ->capture_default_str();
  app.add_option("--threads", flags.threads, "Threads of this program")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_flag("--check", flags.check, "Print PASS or FAIL for each threshold, and end with 1 after a FAIL");
  app.add_option("--data-folder", flags.data_folder, "Where to make the folder of the database")
      ->check(CLI::ExistingDirectory)
      ->capture_default_str();
  app.add_option("--sweepd", flags.sweepd, "Path of sweepd")->capture_default_str();
  app.add_option("--sweepd-arg", flags.sweepd_arguments, "Argument to pass on to sweepd, as --sweepd-arg=--flag=value")
      ->allow_extra_args(false);
  try {
    app.parse(argc, argv);
    if (!heartbeat.empty()) flags.heartbeat = Parse("--heartbeat", heartbeat, kShortestHeartbeat);
    flags.ramp = Parse("--ramp", ramp, absl::ZeroDuration());
    flags.steady = Parse("--steady", steady, absl::Seconds(1));
  } catch (const CLI::ParseError& error) {
    parsed.exit_code = app.exit(error) == 0 ? 0 : 2;
  }
  return parsed;
}

}  // namespace sweepd::load
