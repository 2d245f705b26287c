// The tasks of the quality benchmark, by kind. Each list names its tasks' halves.
#pragma once

#include <vector>

#include "bench/quality/task.h"

namespace sweepd::quality {

// Suite A, 100 trials: the seven functions on the unit cube that published and measured figures exist for, and
// ackley20. x in [0,1]^D, o_j = Shift(seed, j): ackley at 25 (x - o), levy at 20 (x - o) + 1, rosenbrock at 15 (x - o)
// + 1, styblinski-tang at 10 (x - o) - 2.903534; branin, hartmann6 and michalewicz (m = 10) scaled to their usual boxes
// and not shifted. They belong to the tuning half: their definitions are public, so nothing about them is unseen.
std::vector<Task> FunctionTasks();

// Suite B: mixed and categorical parameters, tiny spaces, steps.
std::vector<Task> DiscreteTasks();

// Suite B: many parameters of which few matter.
std::vector<Task> IrrelevantTasks();

// Suite B: parameters that only exist under conditions.
std::vector<Task> ConditionalTasks();

// Suite B: logarithmic parameters, cliffs, plateaus, objectives of extreme size.
std::vector<Task> ScaleTasks();

// Suite B: noise, outliers, failing trials. Noise belongs to the trial's number, so that every method meets the same.
std::vector<Task> DisturbedTasks();

// Suite C, 40 trials: cross-validated errors of real models, by look-up in the tables of `folder` (see bench/data). The
// first error of a table that cannot be read.
absl::StatusOr<std::vector<Task>> TableTasks(const std::string& folder);

// Suite D, 100 trials: functions of suite A with 4, 8 and 16 workers.
std::vector<Task> WorkerTasks();

}  // namespace sweepd::quality
