// One method on one instance of a task, in virtual time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bench/quality/suggester.h"
#include "bench/quality/task.h"
#include "common/value.h"

namespace sweepd::quality {

struct RunRecord {
  std::vector<Measurement> trials;         // in the order of their ends
  std::vector<double> suggestion_seconds;  // of the wall clock, in the order of asking
  int64_t distinct = 0;                    // different assignments
};

// Runs `task.budget` trials, fewer when the method has no more. As many as there are workers are open at a time; they
// end in the order of VirtualDuration, and a worker that is free asks at once. With one worker they run in turn.
absl::StatusOr<RunRecord> RunTask(const Task& task, uint64_t seed, Suggester& suggester);

// The line of a results file: task, suite, half, method, seed, workers, optimum, resolution, objective, truth (null
// where the trial failed), suggest_ms, distinct.
Value::Map RecordToValue(const RunRecord& record, const Task& task, const std::string& method, uint64_t seed);

}  // namespace sweepd::quality
