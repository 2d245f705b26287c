// Noise, outliers, and regions where trials fail.
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/objective_functions.h"
#include "bench/quality/analytic_task.h"
#include "bench/quality/suites.h"

namespace sweepd::quality {
namespace {

// What is told instead of the truth, given a generator that belongs to the trial; nullopt: the trial fails.
using Disturbance = std::function<std::optional<double>(double truth, Rng& rng)>;

Task Disturbed(Task task, const Disturbance& disturbance) {
  task.evaluate = [name = task.name, calm = std::move(task.evaluate), disturbance](const Assignment& assignment,
                                                                                   uint64_t seed, int64_t trial) {
    Measurement measurement = calm(assignment, seed, trial);
    Rng rng = InstanceRng(name, seed, kNoise + static_cast<uint64_t>(trial));
    measurement.objective = disturbance(measurement.truth, rng);
    return measurement;
  };
  return task;
}

// Trials of some assignments fail.
Task Failing(Task task, const std::function<bool(const Instance&, const Assignment&)>& fails) {
  task.evaluate = [space = task.space, sound = std::move(task.evaluate), fails](const Assignment& assignment,
                                                                                uint64_t seed, int64_t trial) {
    if (fails(Instance(space, seed), assignment)) return Measurement{std::nullopt, std::nan("")};
    return sound(assignment, seed, trial);
  };
  return task;
}

Landscape OnOffsets(const ObjectiveFunction& function, double scale, double centre) {
  return [function, scale, centre](const Instance& at, const Assignment& a) {
    const int dimensions = static_cast<int>(function.bounds.size());
    return function.at(Offsets(at, a, "x", dimensions, scale, centre)) - function.minimum;
  };
}

std::vector<Parameter> Cube(int dimensions) { return Repeated("x", dimensions, Uniform{0, 1}); }

Disturbance Gaussian(double deviation) {
  return [deviation](double truth, Rng& rng) { return truth + deviation * rng.NextNormal(); };
}

Task NoisyBranin() {
  const ObjectiveFunction branin = Branin();
  return Disturbed(AnalyticTask("noisy_branin", Half::kTuning, "branin with normal noise of 2", Cube(2),
                                [branin](const Instance&, const Assignment& a) {
                                  const double x1 = -5 + 15 * a.at("x1").as_double();
                                  const double x2 = 15 * a.at("x2").as_double();
                                  return branin.at({x1, x2}) - branin.minimum;
                                }),
                   Gaussian(2));
}

Task NoisyHartmann6() {
  const ObjectiveFunction hartmann = Hartmann6();
  return Disturbed(AnalyticTask("noisy_hartmann6", Half::kHeldOut, "hartmann6 with normal noise of 0.2", Cube(6),
                                [hartmann](const Instance&, const Assignment& a) {
                                  return hartmann.Evaluate(a) - hartmann.minimum;
                                }),
                   Gaussian(0.2));
}

Task NoisyMixed() {
  return Disturbed(
      AnalyticTask("noisy_mixed", Half::kHeldOut, "numbers, integers and a kind; the noise grows with the objective",
                   Joined({Cube(2), Repeated("n", 2, IntUniform{1, 12}), {{"kind", Kinds("k", 4)}}}),
                   [](const Instance& at, const Assignment& a) {
                     double sum = 2 * at.Penalty(a, "kind");
                     for (const double z : Offsets(at, a, "x", 2, 3)) sum += z * z;
                     for (const double z : Offsets(at, a, "n", 2, 2)) sum += z * z;
                     return sum;
                   }),
      [](double truth, Rng& rng) { return truth + (0.05 + 0.3 * truth) * rng.NextNormal(); });
}

Task HeavyTails() {
  return Disturbed(
      AnalyticTask("heavy_tails", Half::kHeldOut, "3 numbers with many basins; Student's t noise, 2 degrees", Cube(3),
                   OnOffsets(StyblinskiTang(3), 8, -2.903534)),
      [](double truth, Rng& rng) {
        const double a = rng.NextNormal();
        const double b = rng.NextNormal();
        return truth + 2 * rng.NextNormal() / std::sqrt((a * a + b * b) / 2);
      });
}

Task OutlierValley() {
  return Disturbed(
      AnalyticTask("outlier_valley", Half::kTuning, "a valley in 3 numbers; 6 % of the results are 1e6 too high",
                   Cube(3), OnOffsets(Rosenbrock(3), 6, 1)),
      [](double truth, Rng& rng) { return rng.NextUnit() < 0.06 ? truth + 1e6 : truth; });
}

Task RandomFailures() {
  const ObjectiveFunction hartmann = Hartmann6();
  return Disturbed(
      AnalyticTask(
          "random_failures", Half::kTuning, "hartmann6 where each trial fails with probability 0.2", Cube(6),
          [hartmann](const Instance&, const Assignment& a) { return hartmann.Evaluate(a) - hartmann.minimum; }),
      [](double truth, Rng& rng) -> std::optional<double> {
        if (rng.NextUnit() < 0.2) return std::nullopt;
        return truth;
      });
}

Task FailingHalf() {
  return Failing(AnalyticTask("failing_half", Half::kTuning, "levy4 that fails beyond a plane close to the optimum",
                              Cube(4), OnOffsets(Levy(4), 12, 1)),
                 [](const Instance& at, const Assignment& a) {
                   const std::vector<double> z = Offsets(at, a, "x", 4, 1);
                   return z[0] + z[1] + 0.5 * z[2] > 0.08;
                 });
}

Task FailingBalls() {
  return Failing(AnalyticTask("failing_balls", Half::kHeldOut, "ackley4 with 6 balls where trials fail", Cube(4),
                              OnOffsets(Ackley(4), 20, 0)),
                 [](const Instance& at, const Assignment& a) {
                   const std::vector<double> z = Offsets(at, a, "x", 4, 1);
                   Rng rng = InstanceRng("failing_balls", at.seed(), kFailure);
                   for (int ball = 0; ball < 6; ++ball) {
                     double distance = 0;
                     double from_optimum = 0;
                     for (const double zi : z) {
                       const double centre = 1.2 * rng.NextUnit() - 0.6;
                       distance += (zi - centre) * (zi - centre);
                       from_optimum += centre * centre;
                     }
                     // The optimum stays outside of every ball.
                     const double radius = std::min(0.4, 0.8 * std::sqrt(from_optimum));
                     if (std::sqrt(distance) < radius) return true;
                   }
                   return false;
                 });
}

}  // namespace

std::vector<Task> DisturbedTasks() {
  return {NoisyBranin(), NoisyHartmann6(), OutlierValley(),  HeavyTails(),
          FailingHalf(), FailingBalls(),   RandomFailures(), NoisyMixed()};
}

}  // namespace sweepd::quality
