// Many agents on one sweepd, through a restart. See --help and bench/README.md.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "bench/load/fleet_board.h"
#include "bench/load/fleet_flags.h"
#include "bench/load/fleet_threads.h"
#include "bench/load/load_sweep.h"
#include "bench/load/prepare_process.h"
#include "bench/load/process_usage.h"
#include "bench/load/server_process.h"
#include "bench/load/verdict.h"
#include "client/local/data_folder.h"
#include "client/paging.h"
#include "client/sweep_client.h"
#include "common/status_macros.h"

namespace sweepd::load {
namespace {

// The thresholds.
constexpr int64_t kMostMemory = 512 << 20;
constexpr absl::Duration kLongestReturn = absl::Seconds(60);

// When to give up on agents that do not come, or do not come back.
constexpr absl::Duration kArrivalTimeout = absl::Seconds(180);

// Files of a process besides the connections.
constexpr int64_t kOtherFiles = 200;

struct FleetResult {
  int64_t errors = 0;  // outside the restart
  int64_t leases_lost = 0;
  int64_t peak_memory = 0;
  absl::Duration restart;  // from starting sweepd again to its serving
  absl::Duration back;     // from starting sweepd again to the last agent's first good heartbeat
};

// CPU time of both sides since the moment before.
struct CpuUse {
  absl::Duration sweepd;
  absl::Duration agents;
};

void PrintPhase(const std::string& name, const PhaseResult& phase, const CpuUse& cpu) {
  absl::PrintF(
      "%-8s %6.1f s  %6d agents  %7d heartbeats (%.0f/s)  p50 %.2f ms  p99 %.2f ms  %d errors  %d leases lost\n", name,
      absl::ToDoubleSeconds(phase.length), phase.present, phase.heartbeats,
      static_cast<double>(phase.heartbeats) / absl::ToDoubleSeconds(phase.length),
      absl::ToDoubleMilliseconds(phase.p50), absl::ToDoubleMilliseconds(phase.p99), phase.error_count(),
      phase.leases_lost);
  absl::PrintF("         CPU: sweepd %.2f cores, the agents %.2f cores\n", absl::FDivDuration(cpu.sweepd, phase.length),
               absl::FDivDuration(cpu.agents, phase.length));
  for (const auto& [text, count] : phase.errors) absl::PrintF("  %d x %s\n", count, text);
  std::fflush(stdout);
}

absl::Status Absent(const PhaseResult& phase, int64_t agents) {
  return absl::DeadlineExceededError(absl::StrCat(
      agents - phase.present, " of ", agents, " agents are not there after ", absl::FormatDuration(kArrivalTimeout)));
}

// Runs one process of sweepd after the other on the same folder, with a fleet through both.
class FleetRun {
 public:
  FleetRun(const FleetFlags& flags, const std::string& folder) : flags_(flags) {
    command_.program = flags.sweepd;
    command_.folder = folder;
    command_.arguments = {"--data-dir", folder, "--log-level", "warning"};
    for (const std::string& argument : flags.sweepd_arguments) command_.arguments.push_back(argument);
  }

  absl::StatusOr<FleetResult> Run() {
    ASSIGN_OR_RETURN(command_.listen, AddressForRestarts());
    ASSIGN_OR_RETURN(server_, ServerProcess::Start(command_));
    plan_.address = server_->address();
    plan_.heartbeat = flags_.heartbeat;
    client::SweepClient client({.address = plan_.address});
    ASSIGN_OR_RETURN(plan_.sweep, CreateLoadSweep(client));
    {
      RETURN_IF_ERROR(BeginPhase());
      FleetThreads threads(plan_, flags_.agents, flags_.threads, flags_.ramp, board_);
      RETURN_IF_ERROR(AwaitAll("arrive"));
      RETURN_IF_ERROR(StaySteady("steady"));
      RETURN_IF_ERROR(Restart());
      RETURN_IF_ERROR(StaySteady("again"));
      RETURN_IF_ERROR(CheckLeases(client));
    }
    RETURN_IF_ERROR(server_->Stop());
    return result_;
  }

 private:
  absl::Status BeginPhase() {
    board_.BeginPhase();
    ASSIGN_OR_RETURN(mark_.sweepd, CpuTimeOf(server_->pid()));
    ASSIGN_OR_RETURN(mark_.agents, CpuTimeOf(getpid()));
    return absl::OkStatus();
  }

  absl::StatusOr<CpuUse> CpuSinceMark() const {
    ASSIGN_OR_RETURN(const absl::Duration sweepd, CpuTimeOf(server_->pid()));
    ASSIGN_OR_RETURN(const absl::Duration agents, CpuTimeOf(getpid()));
    return CpuUse{sweepd - mark_.sweepd, agents - mark_.agents};
  }

  absl::Status AwaitAll(const std::string& phase) {
    const bool all = board_.AwaitPresent(flags_.agents, kArrivalTimeout);
    const PhaseResult result = board_.Result();
    ASSIGN_OR_RETURN(const CpuUse cpu, CpuSinceMark());
    PrintPhase(phase, result, cpu);
    if (!all) return Absent(result, flags_.agents);
    Count(result);
    return absl::OkStatus();
  }

  absl::Status StaySteady(const std::string& phase) {
    RETURN_IF_ERROR(BeginPhase());
    absl::SleepFor(flags_.steady);
    const PhaseResult result = board_.Result();
    ASSIGN_OR_RETURN(const CpuUse cpu, CpuSinceMark());
    PrintPhase(phase, result, cpu);
    Count(result);
    return NoteMemory();
  }

  absl::Status Restart() {
    RETURN_IF_ERROR(NoteMemory());
    RETURN_IF_ERROR(BeginPhase());
    server_->Kill();
    mark_.sweepd = absl::ZeroDuration();
    const absl::Time started = absl::Now();
    ASSIGN_OR_RETURN(server_, ServerProcess::Start(command_));
    result_.restart = server_->start_time();
    const bool all = board_.AwaitPresent(flags_.agents, kArrivalTimeout);
    result_.back = absl::Now() - started;
    const PhaseResult phase = board_.Result();
    // The errors of this phase are the outage itself; every one was repaired by a call that came through.
    ASSIGN_OR_RETURN(const CpuUse cpu, CpuSinceMark());
    PrintPhase("restart", phase, cpu);
    absl::PrintF("         sweepd served after %.3f s, all agents were back after %.1f s\n",
                 absl::ToDoubleSeconds(result_.restart), absl::ToDoubleSeconds(result_.back));
    result_.leases_lost += phase.leases_lost;
    return all ? absl::OkStatus() : Absent(phase, flags_.agents);
  }

  // Every agent has the trial that it had, in the same attempt.
  absl::Status CheckLeases(client::SweepClient& client) {
    int64_t held = 0;
    v1::ListTrialsRequest request;
    request.set_sweep(plan_.sweep);
    RETURN_IF_ERROR(client::ForEachTrial(client, request, client::kNoLimit, [&held](const v1::Trial& trial) {
      if (trial.state() == v1::TRIAL_STATE_RUNNING && trial.attempt() == 1 && trial.lost_attempts() == 0) ++held;
    }));
    ASSIGN_OR_RETURN(const v1::Sweep sweep, client.GetSweep(plan_.sweep));
    result_.leases_lost += flags_.agents - held;
    if (held == flags_.agents && sweep.counts().running() == flags_.agents) return absl::OkStatus();
    absl::PrintF("%d of %d trials are held by their first attempt; the controller counts: %s\n", held, flags_.agents,
                 sweep.counts().ShortDebugString());
    return absl::OkStatus();
  }

  void Count(const PhaseResult& phase) {
    result_.errors += phase.error_count();
    result_.leases_lost += phase.leases_lost;
  }

  absl::Status NoteMemory() {
    ASSIGN_OR_RETURN(const int64_t peak, PeakMemoryOf(server_->pid()));
    result_.peak_memory = std::max(result_.peak_memory, peak);
    return absl::OkStatus();
  }

  const FleetFlags& flags_;
  ServerCommand command_;
  FleetPlan plan_;
  FleetBoard board_;
  FleetResult result_;
  CpuUse mark_;  // CPU times at the beginning of the phase
  std::unique_ptr<ServerProcess> server_;
};

bool CheckThresholds(const FleetResult& result) {
  Verdict verdict;
  verdict.AtMost("errors outside the restart", static_cast<double>(result.errors), 0);
  verdict.AtMost("leases lost", static_cast<double>(result.leases_lost), 0);
  verdict.AtMost("peak memory of sweepd in MiB", static_cast<double>(result.peak_memory >> 20),
                 static_cast<double>(kMostMemory >> 20));
  verdict.AtMost("seconds until all agents were back", absl::ToDoubleSeconds(result.back),
                 absl::ToDoubleSeconds(kLongestReturn));
  return verdict.passed();
}

absl::StatusOr<bool> Measure(const FleetFlags& flags) {
  RETURN_IF_ERROR(RaiseFileLimit(flags.agents + kOtherFiles));
  ASSIGN_OR_RETURN(const auto folder, client::DataFolder::Open("", flags.data_folder));
  ASSIGN_OR_RETURN(const FleetResult result, FleetRun(flags, folder->Path("")).Run());
  ASSIGN_OR_RETURN(const int64_t own_memory, PeakMemoryOf(getpid()));
  absl::PrintF("peak memory: sweepd %.1f MiB, the agents %.1f MiB\n", result.peak_memory / 1048576.0,
               own_memory / 1048576.0);
  if (flags.check) return CheckThresholds(result);
  return result.errors == 0 && result.leases_lost == 0;
}

}  // namespace
}  // namespace sweepd::load

int main(int argc, char** argv) {
  sweepd::load::PrepareProcess();
  const sweepd::load::ParsedFleetFlags parsed = sweepd::load::ParseFleetFlags(argc, argv);
  if (parsed.exit_code.has_value()) return *parsed.exit_code;
  const absl::StatusOr<bool> passed = sweepd::load::Measure(parsed.flags);
  if (!passed.ok()) {
    std::cerr << "fleet: " << passed.status().message() << "\n";
    return EXIT_FAILURE;
  }
  return *passed ? EXIT_SUCCESS : EXIT_FAILURE;
}
