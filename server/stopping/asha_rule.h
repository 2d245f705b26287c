// Asynchronous successive halving: at each rung a trial goes on only if it is among the best 1/eta of those that have
// come there so far, itself included. It is judged once, when it arrives; the first to arrive always goes on.
//
//   threshold = entries[max(1, floor(n / eta)) - 1]    of the n values at the rung, ascending
//
// After L. Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020, in the form that stops
// trials instead of pausing them until they are promoted: an agent that trains one trial to its end needs no
// checkpoints.
#pragma once

#include <vector>

#include "server/stopping/stopping_rule.h"

namespace sweepd {

class AshaRule : public StoppingRule {
 public:
  explicit AshaRule(const Asha& config) : config_(config) {}

  int64_t NextComparison(int64_t iteration) const override;
  double EntryOf(const CurveSoFar& curve) const override { return curve.newest; }
  std::optional<Comparison> Judge(const CurveSoFar& curve, const std::vector<double>& entries) const override;

 private:
  const Asha config_;
};

}  // namespace sweepd
