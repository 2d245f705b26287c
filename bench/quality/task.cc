#include "bench/quality/task.h"

#include <cmath>
#include <utility>

#include "bench/quality/instance.h"
#include "bench/quality/suites.h"
#include "common/status_macros.h"

namespace sweepd::quality {

absl::string_view HalfName(Half half) { return half == Half::kTuning ? "tuning" : "heldout"; }

double VirtualDuration(const Task& task, uint64_t seed, int64_t trial) {
  constexpr double kShape = 0.5;
  Rng rng = InstanceRng(task.name, seed, kDuration + static_cast<uint64_t>(trial));
  return std::exp(kShape * rng.NextNormal());
}

absl::StatusOr<std::vector<Task>> AllTasks(const std::string& data_folder) {
  std::vector<Task> tasks;
  const auto add = [&tasks](std::vector<Task> more) {
    for (Task& task : more) tasks.push_back(std::move(task));
  };
  add(FunctionTasks());
  add(DiscreteTasks());
  add(IrrelevantTasks());
  add(ConditionalTasks());
  add(ScaleTasks());
  add(DisturbedTasks());
  ASSIGN_OR_RETURN(std::vector<Task> tables, TableTasks(data_folder));
  add(std::move(tables));
  add(WorkerTasks());
  return tasks;
}

}  // namespace sweepd::quality
