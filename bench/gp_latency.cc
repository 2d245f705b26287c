// How long a suggestion of the Bayesian method takes, on one core, by the number of trials and dimensions: in a sweep
// that goes on (warm), and as the first of a controller that has just started (cold). The reference of the same run is
// one Cholesky factorisation of the same size by OpenBLAS (dpotrf, one thread).
#include <CLI/CLI.hpp>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/thread_cpu_time.h"
#include "common/rng.h"
#include "server/strategy/strategy.h"

#ifdef SWEEPD_HAVE_OPENBLAS
extern "C" {
void openblas_set_num_threads(int threads);
void dpotrf_(const char* triangle, const int* n, double* matrix, const int* stride, int* info);
}
#endif

namespace sweepd {
namespace {

struct Settings {
  std::vector<int64_t> trials = {50, 100, 200, 500, 1000, 5000, 10000};
  std::vector<int> dimensions = {5, 20};
  int warm = 60;  // suggestions timed in a row
  int cold = 5;
  bool check = false;
};

double CpuMilliseconds() { return absl::ToDoubleMilliseconds(ThreadCpuTime()); }

double Quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<size_t>(q * static_cast<double>(values.size())))];
}

std::string Name(int i) { return absl::StrCat("x", i < 10 ? "0" : "", i); }

SweepSpec SpecOfTheBench(int dimensions) {
  SweepSpec spec;
  spec.name = "bench";
  spec.method = Method::kBayes;
  std::vector<Parameter> parameters;
  for (int i = 0; i < dimensions; ++i) parameters.push_back({Name(i), Uniform{0, 1}});
  spec.space = *SearchSpace::Create(std::move(parameters));
  spec.objective = Objective{"loss", Goal::kMinimize, Aggregation::kBest, std::nullopt};
  spec.seed = 1;
  return spec;
}

// Valleys of different widths with a ripple.
double Loss(const Assignment& assignment) {
  double sum = 0;
  double width = 1;
  for (const auto& [name, value] : assignment) {
    const double x = value.as_double() - 0.35;
    sum += width * x * x + 0.02 * std::cos(20 * x);
    width *= 0.8;
  }
  return sum;
}

Observation Finished(int64_t trial, Assignment assignment) {
  const double loss = Loss(assignment);
  Observation observation{trial, std::move(assignment), Observation::Outcome::kValue, loss};
  observation.arrival = trial;
  return observation;
}

// As a search leaves them behind: half everywhere, half ever closer around the optimum.
std::vector<Observation> History(int dimensions, int64_t count) {
  Rng rng(7, static_cast<uint64_t>(count));
  std::vector<Observation> history;
  for (int64_t trial = 1; trial <= count; ++trial) {
    const double reach = trial % 2 == 0 ? 1.0 : 0.3 / (1 + static_cast<double>(trial) / 100);
    Assignment assignment;
    for (int i = 0; i < dimensions; ++i) {
      const double x = trial % 2 == 0 ? rng.NextUnit() : 0.35 + reach * (rng.NextUnit() - 0.5);
      assignment[Name(i)] = std::clamp(x, 0.0, 1.0);
    }
    history.push_back(Finished(trial, std::move(assignment)));
  }
  return history;
}

double PotrfMilliseconds(int64_t size) {
#ifdef SWEEPD_HAVE_OPENBLAS
  openblas_set_num_threads(1);
  const auto n = static_cast<int>(std::min<int64_t>(size, 1000));
  const Eigen::MatrixXd factor = Eigen::MatrixXd::Random(n, n);
  const Eigen::MatrixXd matrix = factor * factor.transpose() + n * Eigen::MatrixXd::Identity(n, n);
  std::vector<double> times;
  for (int i = 0; i < 15; ++i) {
    Eigen::MatrixXd work = matrix;
    int info = 0;
    const double begin = CpuMilliseconds();
    dpotrf_("L", &n, work.data(), &n, &info);
    times.push_back(CpuMilliseconds() - begin);
  }
  return Quantile(times, 0.5);
#else
  static_cast<void>(size);
  return std::nan("");
#endif
}

double LimitMilliseconds(int64_t trials) {
  if (trials <= 100) return 2;
  if (trials <= 200) return 4;
  return trials <= 500 ? 12 : 30;
}

bool Report(const char* what, bool passes) {
  std::printf("%s %s\n", passes ? "PASS" : "FAIL", what);
  return passes;
}

int Main(const Settings& settings) {
  std::printf("%4s %6s | %9s %9s %9s | %9s | %9s %8s\n", "D", "n", "warm p50", "p95", "longest", "cold p50", "dpotrf",
              "p50 / it");
  bool all = true;
  for (const int dimensions : settings.dimensions) {
    double at_thousand = 0;
    double at_most = 0;
    for (const int64_t trials : settings.trials) {
      const SweepSpec spec = SpecOfTheBench(dimensions);
      SuggestRequest request{trials, History(dimensions, trials)};
      std::vector<double> cold;
      std::unique_ptr<Strategy> strategy;
      for (int i = 0; i < settings.cold; ++i) {
        strategy = MakeStrategy(spec);
        const double begin = CpuMilliseconds();
        if (!strategy->Suggest(request).ok()) return 1;
        cold.push_back(CpuMilliseconds() - begin);
      }
      std::vector<double> warm;
      for (int i = 0; i < settings.warm; ++i, ++request.index) {
        const double begin = CpuMilliseconds();
        absl::StatusOr<std::optional<Assignment>> suggestion = strategy->Suggest(request);
        warm.push_back(CpuMilliseconds() - begin);
        if (!suggestion.ok() || !suggestion->has_value()) return 1;
        request.history.push_back(Finished(request.index + 1, **std::move(suggestion)));
      }
      warm.erase(warm.begin());  // asked before
      const double p50 = Quantile(warm, 0.5);
      const double p95 = Quantile(warm, 0.95);
      const double potrf = PotrfMilliseconds(trials);
      std::printf("%4d %6d | %9.2f %9.2f %9.2f | %9.2f | %9.3f %8.1f\n", dimensions, static_cast<int>(trials), p50, p95,
                  Quantile(warm, 1), Quantile(cold, 0.5), potrf, p50 / potrf);
      std::fflush(stdout);
      if (trials == 1000) at_thousand = p50;
      at_most = p50;
      if (!settings.check) continue;
      const double limit = LimitMilliseconds(trials);
      all &=
          Report(absl::StrFormat("p50 %.2f ms at n = %d, D = %d (at most %g)", p50, trials, dimensions, limit).c_str(),
                 p50 <= limit);
      all &= Report(absl::StrFormat("p95 %.2f ms (at most 3 x %g)", p95, limit).c_str(), p95 <= 3 * limit);
    }
    if (settings.check && at_thousand > 0) {
      all &= Report(
          absl::StrFormat("the most trials cost %.2f times as much as 1,000 (at most 1.5)", at_most / at_thousand)
              .c_str(),
          at_most <= 1.5 * at_thousand);
    }
  }
  return all ? 0 : 1;
}

}  // namespace
}  // namespace sweepd

int main(int argc, char** argv) {
  sweepd::Settings settings;
  CLI::App app{"Times suggestions of the Bayesian method, in CPU time of one thread, milliseconds"};
  app.add_option("--trials", settings.trials, "numbers of finished trials")->delimiter(',');
  app.add_option("--dimensions", settings.dimensions, "numbers of parameters")->delimiter(',');
  app.add_option("--warm", settings.warm, "suggestions in a row")->check(CLI::PositiveNumber);
  app.add_option("--cold", settings.cold, "first suggestions")->check(CLI::PositiveNumber);
  app.add_flag("--check", settings.check, "PASS or FAIL for each limit");
  CLI11_PARSE(app, argc, argv);
  return sweepd::Main(settings);
}
