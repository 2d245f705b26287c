#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/objective_functions.h"
#include "bench/quality/instance.h"
#include "bench/quality/suites.h"

namespace sweepd::quality {
namespace {

constexpr int64_t kBudget = 100;

std::string Name(size_t i) { return absl::StrCat("x", i + 1); }

SearchSpace UnitCube(size_t dimensions) {
  std::vector<Parameter> parameters;
  for (size_t i = 0; i < dimensions; ++i) parameters.push_back({Name(i), Uniform{0, 1}});
  return *SearchSpace::Create(std::move(parameters));
}

// Where the function is evaluated: scale (x - o) + centre in every coordinate.
struct Shifting {
  double scale = 1;
  double centre = 0;
};

Task OnUnitCube(std::string name, ObjectiveFunction function,
                std::function<double(uint64_t seed, size_t j, double x)> coordinate) {
  Task task;
  task.about = absl::StrCat(function.name, " in ", function.bounds.size(), " dimensions on the unit cube");
  task.name = std::move(name);
  task.suite = "A";
  task.half = Half::kTuning;
  task.space = UnitCube(function.bounds.size());
  task.budget = kBudget;
  task.optimum = [minimum = function.minimum](uint64_t) { return minimum; };
  task.evaluate = [function = std::move(function), coordinate = std::move(coordinate)](const Assignment& assignment,
                                                                                       uint64_t seed, int64_t) {
    std::vector<double> z(function.bounds.size());
    for (size_t j = 0; j < z.size(); ++j) z[j] = coordinate(seed, j, assignment.at(Name(j)).as_double());
    const double value = function.at(z);
    return Measurement{value, value};
  };
  return task;
}

Task Shifted(std::string name, ObjectiveFunction function, Shifting shifting) {
  return OnUnitCube(std::move(name), std::move(function), [shifting](uint64_t seed, size_t j, double x) {
    return shifting.scale * (x - Shift(seed, static_cast<int64_t>(j))) + shifting.centre;
  });
}

Task Unshifted(std::string name, ObjectiveFunction function) {
  const std::vector<Bounds> bounds = function.bounds;
  return OnUnitCube(std::move(name), std::move(function), [bounds](uint64_t, size_t j, double x) {
    return bounds[j].lower + (bounds[j].upper - bounds[j].lower) * x;
  });
}

}  // namespace

std::vector<Task> FunctionTasks() {
  return {
      Unshifted("branin2", Branin()),
      Unshifted("hartmann6", Hartmann6()),
      Shifted("ackley5", Ackley(5), {25, 0}),
      Shifted("levy6", Levy(6), {20, 1}),
      Shifted("rosen4", Rosenbrock(4), {15, 1}),
      Unshifted("michal5", Michalewicz5()),
      Shifted("styb8", StyblinskiTang(8), {10, -2.903534}),
      Shifted("ackley20", Ackley(20), {25, 0}),
  };
}

}  // namespace sweepd::quality
