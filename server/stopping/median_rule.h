// The median stopping rule: a trial ends when its best value so far is worse than the median of what the other trials
// averaged up to the same iteration. It is judged with every value, from min_iter on, once min_trials others have come
// as far.
//
// After D. Golovin et al., "Google Vizier: A Service for Black-Box Optimization", KDD 2017, section 3.2.2. There the
// others are the completed trials; here they are all that have come as far, so that the first trials of a sweep, which
// run side by side, can be judged too.
//
// Each value of a sweep costs 16 bytes of memory: every iteration is compared.
#pragma once

#include <vector>

#include "server/stopping/stopping_rule.h"

namespace sweepd {

class MedianRule : public StoppingRule {
 public:
  explicit MedianRule(const MedianStop& config) : config_(config) {}

  int64_t NextComparison(int64_t iteration) const override;
  double EntryOf(const CurveSoFar& curve) const override;
  std::optional<Comparison> Judge(const CurveSoFar& curve, const std::vector<double>& entries) const override;

 private:
  const MedianStop config_;
};

}  // namespace sweepd
