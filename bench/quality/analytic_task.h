// How the tasks of suite B are made: a formula on a space, of which the optimum is known.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/quality/instance.h"
#include "bench/quality/task.h"

namespace sweepd::quality {

// The truth of an assignment.
using Landscape = std::function<double(const Instance&, const Assignment&)>;

// A task of suite B with 50 trials, resolution 1e-4 and optimum 0, without noise or failures. The parameters form a
// valid space.
Task AnalyticTask(std::string name, Half half, std::string about, std::vector<Parameter> parameters,
                  Landscape landscape);

// The parameters `prefix`1 .. `prefix`n, each with that law.
std::vector<Parameter> Repeated(const std::string& prefix, int n, const Distribution& law);

// A categorical with the values `prefix`0 .. `prefix`(n-1).
Categorical Kinds(const std::string& prefix, int n);

// One list from several.
std::vector<Parameter> Joined(std::vector<std::vector<Parameter>> lists);

// scale times the instance's offsets of `prefix`1 .. `prefix`n, plus centre.
std::vector<double> Offsets(const Instance& instance, const Assignment& assignment, const std::string& prefix, int n,
                            double scale, double centre = 0);

// The lowest value of the landscape over a finite space, by trying all of it.
double LeastOfAll(const SearchSpace& space, uint64_t seed, const Landscape& landscape);

}  // namespace sweepd::quality
