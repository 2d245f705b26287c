// The history of a sweep as the Gaussian process wants it: points instead of assignments, results in the order of their
// arrival.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "server/core/sweep.h"
#include "server/strategy/encoding.h"
#include "server/strategy/gp/surrogate.h"
#include "server/strategy/strategy.h"
#include "server/strategy/taken_points.h"

namespace sweepd {

// Follows one sweep. Reading a history that goes on from the one read before costs the difference, and little more for
// each known trial. Not thread-safe. The encoding must outlive it.
class TrialLog {
 public:
  // `prior_trials` come before all others; their points are not taken.
  TrialLog(const Encoding& encoding, Goal goal, const std::vector<PriorTrial>& prior_trials);

  // INVALID_ARGUMENT when an assignment is not one of the space.
  absl::Status Read(const std::vector<Observation>& history);

  // The trials that are over, prior ones first, then by arrival. Objectives are minimised. Valid until the next Read.
  const std::vector<const gp::Observed*>& finished() const { return finished_; }
  // Of each of them: the number of the trial, 0 for a prior one.
  const std::vector<int64_t>& numbers() const { return numbers_; }
  // The points of the trials that are not over, in the columns.
  const Eigen::MatrixXd& pending() const { return pending_; }
  const TakenPoints& taken() const { return taken_; }
  // Trials that are known, whatever became of them.
  int64_t size() const { return static_cast<int64_t>(priors_.size() + entries_.size()); }

 private:
  struct Entry {
    SharedAssignment assignment;
    gp::Observed observed;
  };

  double ToMinimise(double objective) const { return goal_ == Goal::kMaximize ? -objective : objective; }

  const Encoding& encoding_;
  const Goal goal_;
  std::vector<gp::Observed> priors_;
  absl::Status bad_prior_;
  std::vector<Entry> entries_;  // one per observation of the last history
  TakenPoints taken_;           // the points of entries_
  std::vector<const gp::Observed*> finished_;
  std::vector<int64_t> numbers_;
  Eigen::MatrixXd pending_;
};

}  // namespace sweepd
