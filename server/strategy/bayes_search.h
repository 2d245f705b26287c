// Bayesian optimisation with a Gaussian-process surrogate.
#pragma once

#include "server/core/objective.h"
#include "server/strategy/strategy.h"

namespace sweepd {

class BayesSearch : public Strategy {
 public:
  BayesSearch(SearchSpace space, Objective objective, uint64_t seed)
      : space_(std::move(space)), objective_(std::move(objective)), seed_(seed) {}

  bool UsesHistory() const override { return true; }
  absl::StatusOr<std::optional<Assignment>> Suggest(const SuggestRequest& request) const override;

 private:
  SearchSpace space_;
  Objective objective_;
  uint64_t seed_;
};

}  // namespace sweepd
