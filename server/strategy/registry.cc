// The one place that knows every method.
#include <utility>

#include "server/strategy/bayes_search.h"
#include "server/strategy/grid_search.h"
#include "server/strategy/initial_search.h"
#include "server/strategy/random_search.h"
#include "server/strategy/strategy.h"

namespace sweepd {

namespace {

std::unique_ptr<Strategy> MakeMethod(const SweepSpec& spec) {
  switch (spec.method) {
    case Method::kGrid: return std::make_unique<GridSearch>(spec.space, spec.grid_order, spec.seed);
    case Method::kRandom: return std::make_unique<RandomSearch>(spec.space, spec.seed);
    case Method::kBayes: return std::make_unique<BayesSearch>(spec);
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<Strategy> MakeStrategy(const SweepSpec& spec) {
  std::unique_ptr<Strategy> method = MakeMethod(spec);
  if (spec.initial.empty()) return method;
  return std::make_unique<InitialSearch>(spec, std::move(method));
}

}  // namespace sweepd
