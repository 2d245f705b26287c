// Whether the Bayesian method finds better hyperparameters than random search in the same number of trials.
//
//     bayes_vs_random [SEEDS]
//
// Prints the median best objective of both methods per function, and the time of a suggestion. Ends with 1 when bayes
// misses a function's bar or does not beat random search.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "bench/objective_functions.h"
#include "bench/run_sweep.h"
#include "common/log.h"

namespace sweepd {
namespace {

struct Bar {
  ObjectiveFunction function;
  int64_t trials;
  double required;  // the median best must be below
};

template <class T>
T Median(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

struct Summary {
  double median_best = 0;
  absl::Duration median_time;
  absl::Duration longest_time;
};

absl::StatusOr<Summary> RunSeeds(Method method, const Bar& bar, int seeds) {
  std::vector<double> best;
  std::vector<absl::Duration> times;
  for (int seed = 0; seed < seeds; ++seed) {
    SweepSpec spec;
    spec.name = bar.function.name;
    spec.method = method;
    spec.space = bar.function.Space();
    spec.objective = Objective{"loss", Goal::kMinimize, Aggregation::kBest, std::nullopt};
    spec.run_cap = bar.trials;
    spec.seed = static_cast<uint64_t>(seed);
    const absl::StatusOr<SweepCurve> curve = RunSweep(spec, bar.function);
    if (!curve.ok()) return curve.status();
    best.push_back(curve->best.back());
    times.insert(times.end(), curve->suggestion_times.begin(), curve->suggestion_times.end());
  }
  return Summary{Median(best), Median(times), *std::max_element(times.begin(), times.end())};
}

bool Passes(const Bar& bar, int seeds) {
  const absl::StatusOr<Summary> bayes = RunSeeds(Method::kBayes, bar, seeds);
  const absl::StatusOr<Summary> random = RunSeeds(Method::kRandom, bar, seeds);
  if (!bayes.ok() || !random.ok()) {
    absl::PrintF("FAIL %s: %s %s\n", bar.function.name, bayes.status().ToString(), random.status().ToString());
    return false;
  }
  const bool passes = bayes->median_best < bar.required && bayes->median_best < random->median_best;
  absl::PrintF(
      "%s %s: median best of %d seeds after %d trials: bayes %.6g, random %.6g (minimum %.6g, required below %.6g, "
      "regret ratio random/bayes %.3g); bayes suggestion: median %.2f ms, longest %.2f ms\n",
      passes ? "PASS" : "FAIL", bar.function.name, seeds, bar.trials, bayes->median_best, random->median_best,
      bar.function.minimum, bar.required,
      (random->median_best - bar.function.minimum) / (bayes->median_best - bar.function.minimum),
      absl::ToDoubleMilliseconds(bayes->median_time), absl::ToDoubleMilliseconds(bayes->longest_time));
  return passes;
}

}  // namespace
}  // namespace sweepd

int main(int argc, char** argv) {
  int seeds = 10;
  if (argc > 2 || (argc == 2 && !(absl::SimpleAtoi(argv[1], &seeds) && seeds > 0))) {
    absl::FPrintF(stderr, "usage: bayes_vs_random [SEEDS]\n");
    return 2;
  }
  sweepd::ConfigureLog(sweepd::LogLevel::kWarning, sweepd::LogFormat::kText);
  const sweepd::Bar bars[] = {{sweepd::Branin(), 30, 0.45}, {sweepd::Hartmann6(), 50, -2.9}};
  bool all = true;
  for (const sweepd::Bar& bar : bars) all = sweepd::Passes(bar, seeds) && all;
  return all ? EXIT_SUCCESS : EXIT_FAILURE;
}
