// A search method of ours, as the benchmark sees it: ask for a trial, tell its result.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bench/quality/task.h"

namespace sweepd::quality {

struct Suggestion {
  int64_t number = 0;  // counted from 1 in the order of asking
  Assignment assignment;
};

// Not thread-safe.
class Suggester {
 public:
  virtual ~Suggester() = default;

  // nullopt: the method has no further point. The caller has fewer trials open than the task has workers.
  virtual absl::StatusOr<std::optional<Suggestion>> Ask() = 0;

  // nullopt: the trial failed.
  virtual absl::Status Tell(int64_t number, std::optional<double> objective) = 0;
};

// "bayes", "random", "grid": the sweep method of that name, through controller, engine and store, as in sweepd.
// "sobol": the same with scrambled Sobol points as `initial`, which is no method of sweepd but the usual baseline.
// "bayes-ignoring-pending": the strategy of bayes without the trials that have no result yet, to see what they are
// worth.
std::vector<std::string> MethodNames();

// INVALID_ARGUMENT for another method. The task is copied.
absl::StatusOr<std::unique_ptr<Suggester>> MakeSuggester(absl::string_view method, const Task& task, uint64_t seed);

}  // namespace sweepd::quality
