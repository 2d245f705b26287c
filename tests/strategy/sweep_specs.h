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

// 3 + 2 * 2 + 3 points, with a parameter that sorts before its parent.
inline std::vector<Parameter> ConditionalPoints() {
  return {{"model", Categorical{{"linear", "tree", "net"}}, {}, {"a"}},
          {"depth", IntUniform{1, 2}, {{"a.model", {"tree"}}}, {"a"}},
          {"prune", Categorical{{true, false}}, {{"a.depth", {1, 2}}}},
          {"rate", QUniform{{0, 1}, 0.5, false}, {{"a.model", {"linear", "net"}}}, {"z"}}};
}

// A space with nested and conditional parameters, and infinitely many points.
inline std::vector<Parameter> ConditionalLaws() {
  return {{"name", Categorical{{"adam", "sgd"}}, {}, {"optimizer"}},
          {"momentum", Beta{5, 1}, {{"optimizer.name", {"sgd"}}}, {"optimizer"}},
          {"eps", QLogUniformValues{{1e-8, 1e-6}, 1e-8, false}, {{"optimizer.name", {"adam"}}}, {"optimizer"}},
          {"layers", IntUniform{1, 4}},
          {"width", QLogUniformValues{{8, 512}, 8, true}, {{"layers", {2, 3, 4}}}},
          {"init", Normal{0, 1}, {{"layers", {4}}, {"optimizer.name", {"sgd"}}}},
          {"weighted", WeightedCategorical{{"a", "b"}, {0.9, 0.1}}}};
}

// One parameter of every kind; infinitely many points.
inline std::vector<Parameter> EveryKind() {
  return {{"categories", Categorical{{"adam", "sgd", 1, Value()}}},
          {"constant", Constant{Value::List{1, "two"}}},
          {"integer", IntUniform{-3, 1000}},
          {"linear", Uniform{-1, 5}},
          {"logarithmic", LogUniformValues{1e-5, 1e-1}},
          {"step", QUniform{{0, 1}, 0.1, false}},
          {"step_integer", QUniform{{0, 100}, 25, true}}};
}

}  // namespace sweepd
