// Runs simulated worlds and says what they saw.
//
//     simulation --seeds 1..1000             those worlds; each seed draws its scenario
//     simulation --seeds 1.. --seconds 60    as many as fit into a minute
//     simulation --seed 7 --verbose          one, with everything that happened in it
//     simulation --crash-every-op            the reference workload, crashed at every operation of its disk
//
// Ends with 0 when every invariant held and every interesting thing happened, 1 when not, 2 for wrong arguments. A
// violation is printed with the command that repeats it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/log.h"
#include "tests/simulation/crash_every_operation.h"
#include "tests/simulation/scenario.h"
#include "tests/simulation/world.h"

namespace sweepd::simulation {
namespace {

// A run of at least so many worlds of all scenarios must have seen everything that is counted.
constexpr int64_t kEnoughWorlds = 2000;

// Worlds whose course is run a second time and compared: one in so many.
constexpr uint64_t kCompareEvery = 50;

struct Flags {
  uint64_t first = 1;
  uint64_t last = 200;
  absl::Duration budget = absl::InfiniteDuration();
  std::string scenario;
  bool verbose = false;
  bool crash_every_operation = false;
  bool need_everything = false;
  int64_t operation = 0;
};

bool ParseSeeds(absl::string_view text, Flags& flags) {
  const std::vector<std::string> bounds = absl::StrSplit(text, "..");
  if (bounds.size() != 2 || !absl::SimpleAtoi(bounds[0], &flags.first)) return false;
  if (bounds[1].empty()) {
    flags.last = std::numeric_limits<uint64_t>::max();
    return true;
  }
  return absl::SimpleAtoi(bounds[1], &flags.last) && flags.first <= flags.last;
}

bool ParseFlag(absl::string_view name, absl::string_view value, Flags& flags) {
  if (name == "--seeds") return ParseSeeds(value, flags);
  if (name == "--seed") {
    if (!absl::SimpleAtoi(value, &flags.first)) return false;
    flags.last = flags.first;
    return true;
  }
  if (name == "--scenario") {
    flags.scenario = std::string(value);
    return DrawScenario(1, value).has_value();
  }
  int64_t seconds = 0;
  if (name == "--seconds" && absl::SimpleAtoi(value, &seconds) && seconds > 0) {
    flags.budget = absl::Seconds(seconds);
    return true;
  }
  return name == "--operation" && absl::SimpleAtoi(value, &flags.operation) && flags.operation > 0;
}

std::optional<Flags> ParseFlags(int argc, char** argv) {
  Flags flags;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--verbose") {
      flags.verbose = true;
    } else if (name == "--crash-every-op") {
      flags.crash_every_operation = true;
    } else if (name == "--need-everything") {
      flags.need_everything = true;
    } else if (i + 1 == argc || !ParseFlag(name, argv[++i], flags)) {
      return std::nullopt;
    }
  }
  return flags;
}

void PrintUsage() {
  absl::FPrintF(stderr,
                "usage: simulation [--seeds FROM..TO | --seed N] [--scenario %s] [--seconds BUDGET] [--verbose]\n"
                "                  [--need-everything] [--crash-every-op [--operation N]]\n",
                absl::StrJoin(ScenarioNames(), "|"));
}

void PrintReplay(const std::string& violation, const std::string& arguments) {
  absl::FPrintF(stderr, "VIOLATION: %s\nTo see it again:\n  tests/bin/simulation %s --verbose\n", violation, arguments);
}

// Whether the world went well; `totals` gains what it saw.
bool RunSeed(const Flags& flags, uint64_t seed, World::Result& totals) {
  const Scenario scenario = *DrawScenario(seed, flags.scenario);
  World::Result result = World(scenario, flags.verbose).Run();
  totals.calls += result.calls;
  totals.operations += result.operations;
  totals.coverage.Add(result.coverage);
  totals.trace = MixSeed(totals.trace, result.trace);
  if (result.violation.empty() && seed % kCompareEvery == 0 && World(scenario, false).Run().trace != result.trace) {
    result.violation = "the same seed took another course the second time";
  }
  if (result.violation.empty()) return true;
  const std::string named = flags.scenario.empty() ? "" : absl::StrCat(" --scenario ", flags.scenario);
  PrintReplay(result.violation, absl::StrCat("--seed ", seed, named));
  return false;
}

int RunSeeds(const Flags& flags) {
  const absl::Time start = absl::Now();
  World::Result totals;
  int64_t worlds = 0;
  for (uint64_t seed = flags.first; seed <= flags.last && absl::Now() - start < flags.budget; ++seed) {
    if (!RunSeed(flags, seed, totals)) return 1;
    ++worlds;
    if (seed == std::numeric_limits<uint64_t>::max()) break;
  }
  // Of this thread's processor: the machine may have other work.
  const double cpu_seconds = static_cast<double>(clock()) / CLOCKS_PER_SEC;
  absl::PrintF(
      "%d worlds, %d calls, %d disk operations in %.1f s (%.1f s of processor): %.0f calls a minute; trace %016x\n",
      worlds, totals.calls, totals.operations, absl::ToDoubleSeconds(absl::Now() - start), cpu_seconds,
      static_cast<double>(totals.calls) * 60 / cpu_seconds, totals.trace);
  absl::PrintF("%s", totals.coverage.ToTable());
  const std::vector<absl::string_view> missing = totals.coverage.Missing();
  const bool enough = worlds >= kEnoughWorlds && flags.scenario.empty();
  if (missing.empty() || !(enough || flags.need_everything)) return 0;
  absl::FPrintF(stderr, "never happened: %s\n", absl::StrJoin(missing, ", "));
  return 1;
}

int RunCrashes(const Flags& flags) {
  const absl::Time start = absl::Now();
  const uint64_t last = flags.last == Flags().last ? flags.first : flags.last;
  for (uint64_t seed = flags.first; seed <= last && absl::Now() - start < flags.budget; ++seed) {
    const CrashReport report = CrashAtEveryOperation(seed, flags.operation);
    if (!report.violation.empty()) {
      const std::string operation = report.violation.substr(0, report.violation.find(':'));
      PrintReplay(report.violation, absl::StrCat("--crash-every-op --seed ", seed, " --operation ",
                                                 operation.substr(operation.rfind(' ') + 1)));
      return 1;
    }
    absl::PrintF("seed %d: crashed at each of %d operations, every one clean; %d calls, %d torn sectors, %.1f s\n",
                 seed, report.operations, report.calls, report.coverage.count(Interest::kSectorTorn),
                 absl::ToDoubleSeconds(absl::Now() - start));
  }
  return 0;
}

}  // namespace
}  // namespace sweepd::simulation

int main(int argc, char** argv) {
  using namespace sweepd::simulation;
  const std::optional<Flags> flags = ParseFlags(argc, argv);
  if (!flags.has_value()) {
    PrintUsage();
    return 2;
  }
  sweepd::ConfigureLog(flags->verbose ? sweepd::LogLevel::kInfo : sweepd::LogLevel::kOff, sweepd::LogFormat::kText);
  return flags->crash_every_operation ? RunCrashes(*flags) : RunSeeds(*flags);
}
