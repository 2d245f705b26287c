// Measures sweepd under load, in turns with an echo server. See --help and bench/README.md.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "bench/load/fsync_probe.h"
#include "bench/load/load_client.h"
#include "bench/load/load_flags.h"
#include "bench/load/load_report.h"
#include "bench/load/load_sweep.h"
#include "bench/load/prepare_process.h"
#include "bench/load/process_usage.h"
#include "bench/load/round.h"
#include "bench/load/server_process.h"
#include "client/local/data_folder.h"
#include "client/sweep_client.h"
#include "common/status_macros.h"

namespace sweepd::load {
namespace {

// sweepd with its database, or the echo server, and the client that calls it.
struct Target {
  ServerResults results;
  std::unique_ptr<ServerProcess> server;
  std::string sweep;  // empty: the echo server
  std::unique_ptr<LoadClient> client;
};

absl::StatusOr<Target> StartSweepd(const LoadFlags& flags, const std::string& folder) {
  ServerCommand command;
  command.program = flags.sweepd;
  command.folder = folder;
  command.arguments = {"--data-dir", folder, "--log-level", "warning"};
  for (const std::string& argument : flags.sweepd_arguments) command.arguments.push_back(argument);
  if (flags.slow_fsync > absl::ZeroDuration()) {
    const std::string library = ProgramBesideThis("slow_fsync.so");
    // The loader would go on without it.
    if (!std::filesystem::exists(library))
      return absl::NotFoundError(absl::StrCat("no library ", library, "; build it"));
    command.environment = {absl::StrCat("LD_PRELOAD=", library),
                           absl::StrCat("SLOW_FSYNC_US=", absl::ToInt64Microseconds(flags.slow_fsync))};
  }
  Target target;
  target.results.name = "sweepd";
  ASSIGN_OR_RETURN(target.server, ServerProcess::Start(command));
  client::SweepClient client({.address = target.server->address()});
  ASSIGN_OR_RETURN(target.sweep, CreateLoadSweep(client));
  ASSIGN_OR_RETURN(target.client, LoadClient::Connect(target.server->address(), target.sweep, flags.load));
  return target;
}

absl::StatusOr<Target> StartEcho(const LoadFlags& flags, const std::string& folder) {
  Target target;
  target.results.name = "echo";
  ASSIGN_OR_RETURN(target.server,
                   ServerProcess::Start({.program = ProgramBesideThis("echo_server"), .folder = folder}));
  ASSIGN_OR_RETURN(target.client, LoadClient::Connect(target.server->address(), "abcdefgh", flags.load));
  return target;
}

absl::Status RunRound(const LoadFlags& flags, int round, Target& target) {
  ASSIGN_OR_RETURN(RoundResult result, MeasureRound(*target.server, *target.client, flags.length));
  PrintRound(target.results.name, round, result);
  target.results.rounds.push_back(std::move(result));
  ASSIGN_OR_RETURN(target.results.peak_memory, PeakMemoryOf(target.server->pid()));
  if (target.sweep.empty()) return absl::OkStatus();
  client::SweepClient client({.address = target.server->address()});
  return CheckCounts(client, target.sweep, target.client->finished_trials(), target.client->LastFinished());
}

absl::StatusOr<bool> Measure(const LoadFlags& flags) {
  RETURN_IF_ERROR(RaiseFileLimit(flags.load.connections + 100));
  ASSIGN_OR_RETURN(const auto folder, client::DataFolder::Open("", flags.data_folder));
  ASSIGN_OR_RETURN(const absl::Duration fdatasync, MedianFdatasync(folder->Path("")));
  ASSIGN_OR_RETURN(Target sweepd, StartSweepd(flags, folder->Path("")));
  Target echo;
  if (flags.echo) {
    ASSIGN_OR_RETURN(echo, StartEcho(flags, folder->Path("")));
  }
  for (int round = 1; round <= flags.rounds; ++round) {
    RETURN_IF_ERROR(RunRound(flags, round, sweepd));
    if (flags.echo) RETURN_IF_ERROR(RunRound(flags, round, echo));
  }
  PrintTable(flags, fdatasync, sweepd.results, echo.results);
  sweepd.client.reset();
  RETURN_IF_ERROR(sweepd.server->Stop());
  if (flags.check) return CheckThresholds(flags, sweepd.results, echo.results);
  return Summarize(sweepd.results).errors == 0;
}

}  // namespace
}  // namespace sweepd::load

int main(int argc, char** argv) {
  sweepd::load::PrepareProcess();
  const sweepd::load::ParsedLoadFlags parsed = sweepd::load::ParseLoadFlags(argc, argv);
  if (parsed.exit_code.has_value()) return *parsed.exit_code;
  const absl::StatusOr<bool> passed = sweepd::load::Measure(parsed.flags);
  if (!passed.ok()) {
    std::cerr << "load: " << passed.status().message() << "\n";
    return EXIT_FAILURE;
  }
  return *passed ? EXIT_SUCCESS : EXIT_FAILURE;
}
