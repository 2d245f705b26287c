// Functions of suite A with several trials in flight. What one worker does is in suite A.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/quality/suites.h"

namespace sweepd::quality {

std::vector<Task> WorkerTasks() {
  constexpr std::array<const char*, 5> kFunctions = {"hartmann6", "ackley5", "levy6", "rosen4", "styb8"};
  std::vector<Task> tasks;
  for (const Task& function : FunctionTasks()) {
    if (std::find(kFunctions.begin(), kFunctions.end(), function.name) == kFunctions.end()) continue;
    for (const int64_t workers : {4, 8, 16}) {
      Task task = function;
      task.suite = "D";
      task.workers = workers;
      task.name = absl::StrCat(function.name, "_w", workers);
      task.about = absl::StrCat(function.about, ", ", workers, " workers that end in any order");
      tasks.push_back(std::move(task));
    }
  }
  return tasks;
}

}  // namespace sweepd::quality
