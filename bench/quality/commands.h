// The subcommands of `quality`.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "bench/quality/task.h"

namespace sweepd::quality {

// The tasks that a user names; what is empty names all.
struct TaskChoice {
  std::vector<std::string> suites;
  std::string half;  // "tuning", "heldout" or "all"
  std::vector<std::string> names;
};

// INVALID_ARGUMENT when a name is none of a task's, or nothing is left.
absl::StatusOr<std::vector<Task>> Choose(std::vector<Task> tasks, const TaskChoice& choice);

struct RunFlags {
  std::string method = "bayes";
  std::string label;  // the method's name in the results; empty: the same
  uint64_t first_seed = 0;
  int64_t seeds = 20;
  std::string out;
};

// A line for each task, or with `as_json` one JSON object in each line: name, suite, half, about, budget, workers,
// resolution, parameters (as in a sweep file).
void PrintTasks(const std::vector<Task>& tasks, bool as_json, std::ostream& out);

// Answers each line {"task", "seed", "trial", "assignment"} with {"objective", "truth", "duration", "optimum"}, the
// first two null for a trial that fails, or with {"error"}; until `in` ends.
void ServeEvaluations(const std::vector<Task>& tasks, std::istream& in, std::ostream& out);

// Runs what the results file lacks, seed by seed through all tasks, so that what an interrupted run leaves is even.
absl::Status RunMethod(const std::vector<Task>& tasks, const RunFlags& flags);

}  // namespace sweepd::quality
