#include "tests/simulation/crash_every_operation.h"

#include "absl/strings/str_cat.h"
#include "tests/simulation/scenario.h"
#include "tests/simulation/world.h"

namespace sweepd::simulation {
namespace {

std::string CrashAt(uint64_t seed, int64_t operation, const std::string& expected, bool verbose, CrashReport& report) {
  World world(ReferenceScenario(seed), verbose);
  world.CrashAtOperation(operation);
  const World::Result result = world.Run();
  ++report.crashes;
  report.calls += result.calls;
  report.coverage.Add(result.coverage);
  if (!result.violation.empty()) return result.violation;
  if (!result.crashed) return "the workload did not come to this operation";
  if (result.final_state == expected) return "";
  return absl::StrCat("the workload ends otherwise than without a crash.\nWithout:\n", expected, "With:\n",
                      result.final_state);
}

}  // namespace

CrashReport CrashAtEveryOperation(uint64_t seed, int64_t only) {
  CrashReport report;
  const World::Result calm = World(ReferenceScenario(seed), false).Run();
  report.operations = calm.operations;
  report.violation = calm.violation;
  const int64_t first = only > 0 ? only : 1;
  const int64_t last = only > 0 ? only : calm.operations;
  for (int64_t operation = first; operation <= last && report.violation.empty(); ++operation) {
    const std::string violation = CrashAt(seed, operation, calm.final_state, only > 0, report);
    if (!violation.empty()) report.violation = absl::StrCat("crash at operation ", operation, ": ", violation);
  }
  return report;
}

}  // namespace sweepd::simulation
