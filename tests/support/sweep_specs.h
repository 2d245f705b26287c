// Specs that many tests need.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "server/core/search_space.h"
#include "server/core/sweep.h"

namespace sweepd {

inline SearchSpace SpaceOf(std::vector<Parameter> parameters) { return *SearchSpace::Create(std::move(parameters)); }

// Minimises "loss". Two parameters with 3 and 4 values for grid; two on [0, 1] for the other methods.
inline SweepSpec SpecOf(Method method) {
  SweepSpec spec;
  spec.name = "test";
  spec.method = method;
  spec.space = method == Method::kGrid ? SpaceOf({{"a", IntUniform{1, 3}}, {"b", Categorical{{"w", "x", "y", "z"}}}})
                                       : SpaceOf({{"a", Uniform{0, 1}}, {"b", Uniform{0, 1}}});
  spec.objective = Objective{"loss", Goal::kMinimize, Aggregation::kBest, std::nullopt};
  spec.program = "train.py";
  spec.command = {"${env}", "${interpreter}", "${program}", "${args}"};
  if (method == Method::kBayes) spec.max_parallel = 1;
  spec.seed = 7;
  return spec;
}

}  // namespace sweepd
