// What one execution of a trial will compute, and how its agent will misbehave.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "common/rng.h"

namespace sweepd::chaos {

// Calls of ReportMetrics in an execution, and the reports in each.
inline constexpr int64_t kReportCalls = 3;
inline constexpr int64_t kReportsPerCall = 2;
inline constexpr int64_t kReports = kReportCalls * kReportsPerCall;

enum class Mischief {
  kNone,
  kNap,      // silent for longer than the lease lives, then goes on as if nothing had happened
  kAbandon,  // never heard of again, as an agent that was killed
  kFail,     // the program ends with exit code 1
  kPreempt,  // the agent gives the attempt back
  kRepeat,   // every call is sent again after it was answered, the reports also much later
};
inline constexpr uint64_t kMischiefs = 5;  // without kNone

struct Execution {
  std::vector<double> losses;  // of reports 1..kReports, finite; no two executions have the same ones
  std::vector<double> noise;   // the same reports' second metric, any doubles: NaN, infinities and -0.0 too
  Mischief mischief = Mischief::kNone;
  int64_t mischief_at = 0;  // before which call of ReportMetrics, from 0; kReportCalls: before FinishTrial
};

// With probability `mischief` one of the mischiefs.
Execution DrawExecution(Rng& rng, double mischief);

// For the history; noise as the 16 hexadecimal digits of its bits.
nlohmann::json ExecutionJson(const Execution& execution);

}  // namespace sweepd::chaos
