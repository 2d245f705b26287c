// Hyperband as W&B's sweeps use it to stop runs: at each band a trial must belong to the best 1/eta of those that came
// so far. It is judged with every value it reports, by the highest band it has reached, so that trials which come there
// later can still end it.
//
//   threshold = entries[floor(n / eta)]    of the n values at the band, ascending
//   value     = the trial's value at the band (strict), or the best it reported so far
//
// A trial whose value at the band is not finite is judged by that value in either mode.
//
// After L. Li et al., "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization", JMLR 18 (2018), and
// the stopping rule of W&B Sweeps ("early_terminate").
#pragma once

#include <vector>

#include "server/stopping/stopping_rule.h"

namespace sweepd {

class HyperbandRule : public StoppingRule {
 public:
  explicit HyperbandRule(const Hyperband& config);

  int64_t NextComparison(int64_t iteration) const override;
  double EntryOf(const CurveSoFar& curve) const override { return curve.newest; }
  std::optional<Comparison> Judge(const CurveSoFar& curve, const std::vector<double>& entries) const override;

 private:
  const Hyperband config_;
  std::vector<int64_t> bands_;  // from above, ascending
};

}  // namespace sweepd
