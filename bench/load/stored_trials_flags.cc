#include "bench/load/stored_trials_flags.h"

#include <CLI/CLI.hpp>

#include "bench/load/server_process.h"

namespace sweepd::load {
namespace {

constexpr char kDescription[] =
    "What a trial's lifecycle costs with many stored trials, in turns with the same on a small database; and how long\n"
    "sweepd takes to start with the large one. Makes both databases and starts sweepd by itself.";

}  // namespace

ParsedStoredTrialsFlags ParseStoredTrialsFlags(int argc, char** argv) {
  ParsedStoredTrialsFlags parsed;
  StoredTrialsFlags& flags = parsed.flags;
  flags.sweepd = ProgramBesideThis("sweepd");
  double seconds = absl::ToDoubleSeconds(flags.length);

  CLI::App app(kDescription, "stored_trials");
  app.add_option("--few", flags.few, "Trials in the small database")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--many", flags.many, "Trials in the large one; a million make a file of about a gigabyte")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--in-flight", flags.load.in_flight, "Calls under way at any time, each on its own connection")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--seconds", seconds, "Length of a round")->check(CLI::Range(0.1, 3600.0))->capture_default_str();
  app.add_option("--rounds", flags.rounds, "Rounds with each database; medians are shown. 0: only restarts")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  app.add_option("--restarts", flags.restarts, "Starts of sweepd on the large database, after a stop and after a kill")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_flag("--check", flags.check, "Print PASS or FAIL for each threshold, and end with 1 after a FAIL");
  app.add_option("--data-folder", flags.data_folder, "Where to make the folders of the databases")
      ->check(CLI::ExistingDirectory)
      ->capture_default_str();
  app.add_option("--sweepd", flags.sweepd, "Path of sweepd")->capture_default_str();
  app.add_option("--sweepd-arg", flags.sweepd_arguments, "Argument to pass on to sweepd, as --sweepd-arg=--flag=value")
      ->allow_extra_args(false);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.exit_code = app.exit(error) == 0 ? 0 : 2;
  }
  flags.length = absl::Seconds(seconds);
  flags.load.agents = flags.load.in_flight;
  flags.load.connections = flags.load.in_flight;
  return parsed;
}

}  // namespace sweepd::load
