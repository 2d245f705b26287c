// The cost of a trial's lifecycle, and of a restart, with many stored trials. See --help and bench/README.md.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "bench/load/load_client.h"
#include "bench/load/load_sweep.h"
#include "bench/load/median.h"
#include "bench/load/prepare_process.h"
#include "bench/load/round.h"
#include "bench/load/server_process.h"
#include "bench/load/stored_history.h"
#include "bench/load/stored_trials_flags.h"
#include "bench/load/verdict.h"
#include "client/local/data_folder.h"
#include "client/sweep_client.h"
#include "common/status_macros.h"

namespace sweepd::load {
namespace {

// The thresholds.
constexpr double kMostCostRatio = 1.3;
constexpr absl::Duration kLongestRestart = absl::Seconds(1);

// A sweepd on its own folder, whose sweep has some trials already.
struct Database {
  int64_t trials = 0;
  ServerCommand command;
  std::string sweep;
  std::unique_ptr<ServerProcess> server;
  std::unique_ptr<LoadClient> client;
  std::vector<RoundResult> rounds;
};

struct Costs {
  double lifecycles = 0;  // per second
  absl::Duration cpu;     // of sweepd, per lifecycle
  absl::Duration p99;
  int64_t errors = 0;
};

// Size of the database in mebibytes, its log included.
double SizeOf(const Database& database) {
  uintmax_t bytes = 0;
  std::error_code error;
  for (const char* file : {"sweepd.sqlite3", "sweepd.sqlite3-wal"}) {
    const uintmax_t size = std::filesystem::file_size(absl::StrCat(database.command.folder, "/", file), error);
    if (!error) bytes += size;
  }
  return static_cast<double>(bytes) / 1048576.0;
}

// sweepd makes the sweep, the history is written while it is away.
absl::StatusOr<Database> Prepare(const StoredTrialsFlags& flags, const std::string& folder, int64_t trials) {
  const absl::Time began = absl::Now();
  Database database;
  database.trials = trials;
  database.command.program = flags.sweepd;
  database.command.folder = folder;
  database.command.arguments = {"--data-dir", folder, "--log-level", "warning"};
  for (const std::string& argument : flags.sweepd_arguments) database.command.arguments.push_back(argument);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot make the folder ", folder));
  ASSIGN_OR_RETURN(database.server, ServerProcess::Start(database.command));
  client::SweepClient client({.address = database.server->address()});
  ASSIGN_OR_RETURN(database.sweep, CreateLoadSweep(client));
  RETURN_IF_ERROR(database.server->Stop());
  RETURN_IF_ERROR(FillSweep(folder, database.sweep, trials));
  absl::PrintF("%d trials stored in %.1f s, %.1f MiB\n", trials, absl::ToDoubleSeconds(absl::Now() - began),
               SizeOf(database));
  std::fflush(stdout);
  return database;
}

// From starting sweepd to the answer to a first call.
absl::StatusOr<absl::Duration> TimeStart(Database& database) {
  const absl::Time started = absl::Now();
  ASSIGN_OR_RETURN(database.server, ServerProcess::Start(database.command));
  client::SweepClient client({.address = database.server->address()});
  RETURN_IF_ERROR(client.GetSweep(database.sweep).status());
  return absl::Now() - started;
}

absl::Status Connect(const StoredTrialsFlags& flags, Database& database) {
  ASSIGN_OR_RETURN(database.client, LoadClient::Connect(database.server->address(), database.sweep, flags.load));
  return absl::OkStatus();
}

absl::Status RunRound(const StoredTrialsFlags& flags, int round, Database& database) {
  ASSIGN_OR_RETURN(RoundResult result, MeasureRound(*database.server, *database.client, flags.length));
  absl::PrintF("round %d %8d trials %8.0f lifecycles/s  CPU per lifecycle %6.1f us  %d errors\n", round,
               database.trials, result.PerSecond(result.log.lifecycles()),
               absl::ToDoubleMicroseconds(result.ServerCpuPerLifecycle()), result.log.errors());
  std::fflush(stdout);
  database.rounds.push_back(std::move(result));
  client::SweepClient client({.address = database.server->address()});
  return CheckCounts(client, database.sweep, database.trials + database.client->finished_trials(),
                     database.client->LastFinished());
}

Costs Summarize(const Database& database) {
  std::vector<double> lifecycles;
  std::vector<absl::Duration> cpu;
  std::vector<absl::Duration> p99;
  Costs costs;
  for (const RoundResult& round : database.rounds) {
    lifecycles.push_back(round.PerSecond(round.log.lifecycles()));
    cpu.push_back(round.ServerCpuPerLifecycle());
    p99.push_back(round.log.Percentile(0.99));
    costs.errors += round.log.errors();
  }
  costs.lifecycles = Median(std::move(lifecycles));
  costs.cpu = Median(std::move(cpu));
  costs.p99 = Median(std::move(p99));
  return costs;
}

void PrintCosts(const Database& few, const Database& many) {
  const Costs small = Summarize(few);
  const Costs large = Summarize(many);
  absl::PrintF("\n%-30s%12d%12d%10s\n", "median of the rounds, trials:", few.trials, many.trials, "ratio");
  absl::PrintF("%-30s%12.0f%12.0f%10.3f\n", "trial lifecycles/s", small.lifecycles, large.lifecycles,
               large.lifecycles / small.lifecycles);
  absl::PrintF("%-30s%12.1f%12.1f%10.3f\n", "server CPU per lifecycle, us", absl::ToDoubleMicroseconds(small.cpu),
               absl::ToDoubleMicroseconds(large.cpu), absl::FDivDuration(large.cpu, small.cpu));
  absl::PrintF("%-30s%12.2f%12.2f%10.3f\n", "latency p99, ms", absl::ToDoubleMilliseconds(small.p99),
               absl::ToDoubleMilliseconds(large.p99), absl::FDivDuration(large.p99, small.p99));
}

// Several times after a clean stop and after a kill; the file is in the page cache. Returns the longest of the medians.
absl::StatusOr<absl::Duration> TimeRestarts(const StoredTrialsFlags& flags, Database& database) {
  std::vector<absl::Duration> after_stop;
  std::vector<absl::Duration> after_kill;
  for (int i = 0; i < flags.restarts; ++i) {
    RETURN_IF_ERROR(database.server->Stop());
    ASSIGN_OR_RETURN(after_stop.emplace_back(), TimeStart(database));
    database.server->Kill();
    ASSIGN_OR_RETURN(after_kill.emplace_back(), TimeStart(database));
  }
  const absl::Duration stop = Median(std::move(after_stop));
  const absl::Duration kill = Median(std::move(after_kill));
  absl::PrintF("\nstart to first answer with %.1f MiB: %.3f s after a stop, %.3f s after a kill\n", SizeOf(database),
               absl::ToDoubleSeconds(stop), absl::ToDoubleSeconds(kill));
  return std::max(stop, kill);
}

bool CheckThresholds(const Database& few, const Database& many, absl::Duration restart) {
  Verdict verdict;
  if (!few.rounds.empty()) {
    const Costs small = Summarize(few);
    const Costs large = Summarize(many);
    verdict.AtMost("errors", static_cast<double>(small.errors + large.errors), 0);
    verdict.AtMost("ratio of the time per lifecycle", small.lifecycles / large.lifecycles, kMostCostRatio);
    verdict.AtMost("ratio of the CPU time per lifecycle", absl::FDivDuration(large.cpu, small.cpu), kMostCostRatio);
  }
  verdict.AtMost("seconds from start to first answer", absl::ToDoubleSeconds(restart),
                 absl::ToDoubleSeconds(kLongestRestart));
  return verdict.passed();
}

absl::StatusOr<bool> Measure(const StoredTrialsFlags& flags) {
  ASSIGN_OR_RETURN(const auto folder, client::DataFolder::Open("", flags.data_folder));
  ASSIGN_OR_RETURN(Database few, Prepare(flags, folder->Path("few"), flags.few));
  ASSIGN_OR_RETURN(Database many, Prepare(flags, folder->Path("many"), flags.many));
  RETURN_IF_ERROR(TimeStart(few).status());
  RETURN_IF_ERROR(TimeStart(many).status());
  if (flags.rounds > 0) {
    RETURN_IF_ERROR(Connect(flags, few));
    RETURN_IF_ERROR(Connect(flags, many));
    for (int round = 1; round <= flags.rounds; ++round) {
      RETURN_IF_ERROR(RunRound(flags, round, few));
      RETURN_IF_ERROR(RunRound(flags, round, many));
    }
    PrintCosts(few, many);
    many.client.reset();
  }
  ASSIGN_OR_RETURN(const absl::Duration restart, TimeRestarts(flags, many));
  return !flags.check || CheckThresholds(few, many, restart);
}

}  // namespace
}  // namespace sweepd::load

int main(int argc, char** argv) {
  sweepd::load::PrepareProcess();
  const sweepd::load::ParsedStoredTrialsFlags parsed = sweepd::load::ParseStoredTrialsFlags(argc, argv);
  if (parsed.exit_code.has_value()) return *parsed.exit_code;
  const absl::StatusOr<bool> passed = sweepd::load::Measure(parsed.flags);
  if (!passed.ok()) {
    std::cerr << "stored_trials: " << passed.status().message() << "\n";
    return EXIT_FAILURE;
  }
  return *passed ? EXIT_SUCCESS : EXIT_FAILURE;
}
