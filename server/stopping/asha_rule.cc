#include "server/stopping/asha_rule.h"

#include <algorithm>
#include <cmath>

#include "server/stopping/bands.h"

namespace sweepd {

int64_t AshaRule::NextComparison(int64_t iteration) const {
  return NextBandFromBelow(config_.min_iter, config_.eta, iteration);
}

std::optional<Comparison> AshaRule::Judge(const CurveSoFar& curve, const std::vector<double>& entries) const {
  if (curve.count != curve.compared_at) return std::nullopt;
  const auto promoted = static_cast<size_t>(std::floor(static_cast<double>(entries.size()) / config_.eta));
  const size_t index = std::max<size_t>(promoted, 1) - 1;
  return Comparison{curve.entry, entries[index], static_cast<int64_t>(entries.size())};
}

}  // namespace sweepd
