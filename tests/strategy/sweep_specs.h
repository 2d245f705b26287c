// Specs for the strategies' tests.
#pragma once

#include <vector>

#include "server/core/sweep.h"

namespace sweepd {

inline SweepSpec SpecOf(Method method, std::vector<Parameter> parameters, uint64_t seed = 7) {
  SweepSpec spec;
  spec.method = method;
  spec.space = *SearchSpace::Create(std::move(parameters));
  spec.objective = Objective{"loss", Goal::kMinimize, Aggregation::kBest, std::nullopt};
  spec.seed = seed;
  return spec;
}

// 3 * 2 * 2 points.
inline std::vector<Parameter> TwelvePoints() {
  return {{"a", Categorical{{"x", "y", "z"}}},
          {"b", Categorical{{true, false}}},
          {"c", IntUniform{1, 2}},
          {"fixed", Constant{"same"}}};
}

// One parameter of every kind; infinitely many points.
inline std::vector<Parameter> EveryKind() {
  return {{"categories", Categorical{{"adam", "sgd", 1, Value()}}},
          {"constant", Constant{Value::List{1, "two"}}},
          {"integer", IntUniform{-3, 1000}},
          {"linear", Uniform{-1, 5}},
          {"logarithmic", LogUniformValues{1e-5, 1e-1}},
          {"step", QUniform{0, 1, 0.1, false}},
          {"step_integer", QUniform{0, 100, 25, true}}};
}

}  // namespace sweepd
