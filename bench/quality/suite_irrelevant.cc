// Many parameters of which few matter.
#include "bench/objective_functions.h"
#include "bench/quality/analytic_task.h"
#include "bench/quality/suites.h"

namespace sweepd::quality {
namespace {

Task Hartmann6Among16() {
  const ObjectiveFunction function = Hartmann6();
  return AnalyticTask(
      "irrelevant_hartmann6", Half::kTuning, "hartmann6, and 10 numbers that do nothing",
      Joined({Repeated("x", 6, Uniform{0, 1}), Repeated("y", 10, Uniform{0, 1})}),
      [function](const Instance&, const Assignment& a) { return function.Evaluate(a) - function.minimum; });
}

Task Ackley3Among15() {
  return AnalyticTask("irrelevant_ackley3", Half::kHeldOut,
                      "ackley3, and 12 parameters of several kinds that do nothing",
                      Joined({Repeated("x", 3, Uniform{0, 1}), Repeated("n", 4, IntUniform{1, 20}),
                              Repeated("c", 4, Kinds("v", 4)), Repeated("r", 4, LogUniformValues{1e-6, 1})}),
                      [](const Instance& at, const Assignment& a) { return Ackley(3).at(Offsets(at, a, "x", 3, 20)); });
}

}  // namespace

std::vector<Task> IrrelevantTasks() { return {Hartmann6Among16(), Ackley3Among15()}; }

}  // namespace sweepd::quality
