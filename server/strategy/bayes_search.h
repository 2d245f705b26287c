// Bayesian optimisation with a Gaussian-process surrogate; docs/bayes.md explains it.
//
// The first few suggestions fill the space: the centre, then scrambled Sobol points. After that each suggestion models
// the whole history (gp/surrogate.h: half-rank labels, Matern 5/2, most probable hyperparameters) and maximises an
// acquisition on it, log expected improvement and a confidence bound in turn, since each alone has bad cases; in many
// dimensions, or when nothing better was found for long, every second pair of suggestions stays in a trust region.
// Pending trials enter as if they had ended at their prediction, failed ones as clearly bad and, from the third on, by
// a model of where trials fail. A point that the sweep already has is never suggested again (two assignments are one
// point when they are equal); a finite space of which every point is taken is exhausted. Prior trials of the spec enter
// as finished ones, also in counting the first few suggestions, but their points are not taken.
//
// Every random number comes from a stream of (seed, suggestion index, purpose), so a suggestion is a function of the
// spec and the request alone. What was computed for the last request is kept, because the next one mostly extends it:
// then a suggestion costs O(n^2), milliseconds up to a few hundred trials, and no more from a thousand on.
#pragma once

#include <memory>

#include "server/core/objective.h"
#include "server/strategy/encoding.h"
#include "server/strategy/strategy.h"

namespace sweepd {

class BayesSearch : public Strategy {
 public:
  // The spec has an objective.
  explicit BayesSearch(const SweepSpec& spec);
  ~BayesSearch() override;

  bool UsesHistory() const override { return true; }
  std::optional<int64_t> IndependentSuggestions() const override { return startup_trials_; }

  // INVALID_ARGUMENT when the history holds an assignment that is not of the space; INTERNAL when the covariance cannot
  // be factored. Calls wait for each other.
  absl::StatusOr<std::optional<Assignment>> Suggest(const SuggestRequest& request) const override;

  // The trial with the lowest posterior mean (the highest, when the objective is maximised); nullopt while there is no
  // model. Errors as for Suggest.
  absl::StatusOr<std::optional<Recommendation>> Recommend(const std::vector<Observation>& history) const override;

  // Trials before the model is asked.
  int64_t startup_trials() const { return startup_trials_; }

 private:
  struct Memory;
  Eigen::VectorXd SpaceFillingPoint(int64_t index, const Memory& memory) const;
  absl::StatusOr<Eigen::VectorXd> ModelPoint(int64_t index, Memory& memory) const;

  Encoding encoding_;
  Goal goal_;
  uint64_t seed_;
  int64_t startup_trials_;
  std::unique_ptr<Memory> memory_;
};

}  // namespace sweepd
