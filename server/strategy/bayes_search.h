// Bayesian optimisation with a Gaussian-process surrogate.
//
// The first few suggestions fill the space: the centre, then scrambled Sobol points. After that each suggestion fits a
// Gaussian process to the whole history (see gp/: half-rank labels, Matern 5/2, most probable hyperparameters) and
// maximises an acquisition on it, log expected improvement and a confidence bound in turn, since each alone has bad
// cases. Pending trials enter as if they had ended at their prediction, failed ones as clearly bad. A point that the
// sweep already has is never suggested again (two assignments are one point when they are equal, whatever the
// coordinates of parameters that they leave out); a finite space of which every point is taken is exhausted. Prior
// trials of the spec enter as finished ones, also in counting the first few suggestions, but their points are not
// taken.
//
// Every random number comes from a stream of (seed, suggestion index, purpose). O(n^3) in the history, up to
// kMaxModelPoints; milliseconds up to n = 100.
#pragma once

#include "server/core/objective.h"
#include "server/strategy/encoding.h"
#include "server/strategy/gp/acquisition_optimizer.h"
#include "server/strategy/strategy.h"

namespace sweepd {

// Trials the model is conditioned on; of a longer history the best half and an even choice of the rest.
inline constexpr int64_t kMaxModelPoints = 1024;

class BayesSearch : public Strategy {
 public:
  // The spec has an objective.
  explicit BayesSearch(const SweepSpec& spec);

  bool UsesHistory() const override { return true; }
  std::optional<int64_t> IndependentSuggestions() const override { return startup_trials_; }

  // INVALID_ARGUMENT when the history holds an assignment that is not of the space; INTERNAL when the covariance cannot
  // be factored.
  absl::StatusOr<std::optional<Assignment>> Suggest(const SuggestRequest& request) const override;

  // Trials before the model is asked.
  int64_t startup_trials() const { return startup_trials_; }

 private:
  struct History;
  absl::StatusOr<History> Read(const std::vector<Observation>& observations) const;
  Eigen::VectorXd SpaceFillingPoint(int64_t index, const History& history) const;
  absl::StatusOr<Eigen::VectorXd> ModelPoint(int64_t index, const History& history,
                                             const Eigen::VectorXd& labels) const;
  // The candidates as the model will see them once they are in the history, in the columns.
  Eigen::MatrixXd CanonicalPoints(const std::vector<gp::ScoredPoint>& candidates) const;

  Encoding encoding_;
  Goal goal_;
  uint64_t seed_;
  std::vector<PriorTrial> prior_trials_;
  int64_t startup_trials_;
};

}  // namespace sweepd
