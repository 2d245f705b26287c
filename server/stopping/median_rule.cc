#include "server/stopping/median_rule.h"

#include <algorithm>
#include <cmath>

namespace sweepd {

int64_t MedianRule::NextComparison(int64_t iteration) const { return std::max(iteration + 1, config_.min_iter); }

double MedianRule::EntryOf(const CurveSoFar& curve) const {
  const double mean = curve.sum / static_cast<double>(curve.count);
  return std::isnan(mean) ? kWorst : mean;  // -infinity, by overflow, and then a value that is not finite
}

std::optional<Comparison> MedianRule::Judge(const CurveSoFar& curve, const std::vector<double>& entries) const {
  const size_t others = entries.size() - 1;
  if (static_cast<int64_t>(others) < config_.min_trials) return std::nullopt;
  // The others are the entries without one that equals the trial's own.
  const size_t own = std::lower_bound(entries.begin(), entries.end(), curve.entry) - entries.begin();
  const auto other = [&](size_t i) { return entries[i < own ? i : i + 1]; };
  const double above = other(others / 2);
  const double median = others % 2 == 1 ? above : other(others / 2 - 1) / 2 + above / 2;
  return Comparison{curve.best, median, static_cast<int64_t>(others)};
}

}  // namespace sweepd
