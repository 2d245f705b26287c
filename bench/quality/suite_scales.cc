// Logarithmic parameters, cliffs, plateaus, and objectives of extreme size.
#include <algorithm>
#include <cmath>
#include <string>

#include "bench/objective_functions.h"
#include "bench/quality/analytic_task.h"
#include "bench/quality/suites.h"

namespace sweepd::quality {
namespace {

double Square(double x) { return x * x; }

Task LogValley() {
  return AnalyticTask("log_valley", Half::kTuning, "4 rates over 6 to 8 decades; two of them in a narrow valley",
                      {{"l1", LogUniformValues{1e-7, 1e-1}},
                       {"l2", LogUniformValues{1e-8, 1}},
                       {"lr", LogUniformValues{1e-6, 1}},
                       {"warmup", LogUniformValues{1, 1e6}}},
                      [](const Instance& at, const Assignment& a) {
                        const double lr = 6 * at.Offset(a, "lr");
                        const double warmup = 6 * at.Offset(a, "warmup");
                        return 3 * Square(lr - warmup) + 0.1 * Square(lr + warmup) + Square(at.Offset(a, "l1")) +
                               Square(3 * at.Offset(a, "l2"));
                      });
}

Task LogCliff() {
  return AnalyticTask("log_cliff", Half::kHeldOut, "a training that diverges, to 1e30, just above its best rate",
                      {{"batch", IntUniform{4, 9}},
                       {"clip", LogUniformValues{1e-2, 1e2}},
                       {"decay", LogUniformValues{1e-7, 1e-1}},
                       {"lr", LogUniformValues{1e-6, 1}}},
                      [](const Instance& at, const Assignment& a) {
                        const double lr = 6 * at.Offset(a, "lr");
                        const double batch = at.Offset(a, "batch");
                        if (lr > 0.4 + 0.5 * batch) return 1e30;
                        return Square(lr) + Square(batch) + 0.5 * Square(2 * at.Offset(a, "clip")) +
                               0.5 * Square(2 * at.Offset(a, "decay"));
                      });
}

Task Staircase() {
  return AnalyticTask("staircase", Half::kTuning, "4 numbers; the objective only takes steps",
                      Repeated("x", 4, Uniform{0, 1}), [](const Instance& at, const Assignment& a) {
                        double sum = 0;
                        for (const double z : Offsets(at, a, "x", 4, 12)) sum += std::floor(std::abs(z));
                        return sum;
                      });
}

Task Plateau() {
  return AnalyticTask("plateau", Half::kHeldOut, "flat at 1 outside of a bowl that holds a few percent of the space",
                      Repeated("x", 3, Uniform{0, 1}), [](const Instance& at, const Assignment& a) {
                        double sum = 0;
                        for (const double z : Offsets(at, a, "x", 3, 3.5)) sum += z * z;
                        return std::min(sum, 1.0);
                      });
}

Task HugeRange() {
  Task task = AnalyticTask("huge_range", Half::kHeldOut, "from 0 to 1e200: the exponential of a valley",
                           Repeated("x", 4, Uniform{0, 1}), [](const Instance& at, const Assignment& a) {
                             const double valley = Rosenbrock(4).at(Offsets(at, a, "x", 4, 4, 1));
                             return std::expm1(std::min(valley / 20, 460.0));
                           });
  return task;
}

Task TinyDifferences() {
  constexpr double kScale = 1e-7;
  Task task = AnalyticTask(
      "tiny_differences", Half::kTuning, "all differences below 1e-6, on top of 1", Repeated("x", 4, Uniform{0, 1}),
      [](const Instance& at, const Assignment& a) { return 1 + kScale * Levy(4).at(Offsets(at, a, "x", 4, 12, 1)); });
  task.resolution = 1e-4 * kScale;
  task.optimum = [](uint64_t) { return 1.0; };
  return task;
}

}  // namespace

std::vector<Task> ScaleTasks() {
  return {LogValley(), LogCliff(), Staircase(), Plateau(), TinyDifferences(), HugeRange()};
}

}  // namespace sweepd::quality
