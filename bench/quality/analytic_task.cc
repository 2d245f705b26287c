#include "bench/quality/analytic_task.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace sweepd::quality {

Task AnalyticTask(std::string name, Half half, std::string about, std::vector<Parameter> parameters,
                  Landscape landscape) {
  Task task;
  task.name = std::move(name);
  task.suite = "B";
  task.half = half;
  task.about = std::move(about);
  task.space = *SearchSpace::Create(std::move(parameters));
  task.resolution = 1e-4;
  task.optimum = [](uint64_t) { return 0.0; };
  task.evaluate = [space = task.space, landscape = std::move(landscape)](const Assignment& assignment, uint64_t seed,
                                                                         int64_t) {
    const double truth = landscape(Instance(space, seed), assignment);
    return Measurement{truth, truth};
  };
  return task;
}

std::vector<Parameter> Repeated(const std::string& prefix, int n, const Distribution& law) {
  std::vector<Parameter> parameters;
  for (int i = 1; i <= n; ++i) parameters.push_back({absl::StrCat(prefix, i), law});
  return parameters;
}

Categorical Kinds(const std::string& prefix, int n) {
  Categorical law;
  for (int i = 0; i < n; ++i) law.values.emplace_back(absl::StrCat(prefix, i));
  return law;
}

std::vector<Parameter> Joined(std::vector<std::vector<Parameter>> lists) {
  std::vector<Parameter> joined;
  for (std::vector<Parameter>& list : lists) {
    for (Parameter& parameter : list) joined.push_back(std::move(parameter));
  }
  return joined;
}

std::vector<double> Offsets(const Instance& instance, const Assignment& assignment, const std::string& prefix, int n,
                            double scale, double centre) {
  std::vector<double> z;
  for (int i = 1; i <= n; ++i) z.push_back(scale * instance.Offset(assignment, absl::StrCat(prefix, i)) + centre);
  return z;
}

double LeastOfAll(const SearchSpace& space, uint64_t seed, const Landscape& landscape) {
  const Instance instance(space, seed);
  double least = std::numeric_limits<double>::infinity();
  const std::vector<Parameter>& parameters = space.parameters();
  std::vector<uint64_t> place(parameters.size(), 0);
  while (true) {
    const Assignment assignment =
        space.Assign([&](size_t i) { return NthValue(parameters[i].distribution, place[i]); });
    least = std::min(least, landscape(instance, assignment));
    size_t i = 0;
    while (i < place.size() && ++place[i] == *ValueCount(parameters[i].distribution)) place[i++] = 0;
    if (i == place.size()) return least;
  }
}

}  // namespace sweepd::quality
