// One optimisation problem of the quality benchmark: what is searched, what a trial yields, what the best would be.
//
// Every method is measured on the same tasks: ours drives them in this process, those of other projects through the
// program `quality evaluate`. Every objective is minimised. A task with a seed is an instance of it: the place of the
// optimum, the noise and the failures all follow from the seed, so that no method gains from a lucky middle.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/core/search_space.h"

namespace sweepd::quality {

// Engines are tuned on the one half only; the other tells whether what was gained there is gained elsewhere. Which task
// belongs to which half is fixed by its name, in the file that defines it.
enum class Half { kTuning, kHeldOut };

// What one trial yields.
struct Measurement {
  std::optional<double> objective;  // what the method is told; nullopt: the trial fails. May be any finite number
  double truth = 0;                 // the objective without noise; NaN when the trial fails
};

struct Task {
  std::string name;
  std::string suite;  // "A" functions, "B" mixed and disturbed, "C" tables of real models, "D" parallel workers
  Half half = Half::kTuning;
  std::string about;  // one line for people
  SearchSpace space;
  int64_t budget = 50;  // trials
  int64_t workers = 1;  // trials in flight
  // A regret below this is as good as none. Geometric means need it, for tasks with finitely many values reach 0.
  double resolution = 1e-9;
  // The lowest truth of the instance, or the best that is known.
  std::function<double(uint64_t seed)> optimum;
  // What the trial-th trial (from 1) of the instance yields. The assignment is one of the space. The same arguments
  // give the same measurement. Thread-safe.
  std::function<Measurement(const Assignment&, uint64_t seed, int64_t trial)> evaluate;
};

// "tuning", "heldout".
absl::string_view HalfName(Half half);

// How long the trial-th trial of the instance runs, in units of virtual time: log-normal with median 1 and shape 0.5.
double VirtualDuration(const Task& task, uint64_t seed, int64_t trial);

// Every task: suites A, B and D, and C from the tables in `data_folder`. An error when a table cannot be read.
absl::StatusOr<std::vector<Task>> AllTasks(const std::string& data_folder);

}  // namespace sweepd::quality
