#include "server/stopping/hyperband_rule.h"

#include <algorithm>
#include <cmath>

#include "server/stopping/bands.h"

namespace sweepd {

HyperbandRule::HyperbandRule(const Hyperband& config) : config_(config) {
  if (const auto* above = std::get_if<BandsFromAbove>(&config.bands)) bands_ = BandsBelow(*above, config.eta);
}

int64_t HyperbandRule::NextComparison(int64_t iteration) const {
  if (const auto* below = std::get_if<BandsFromBelow>(&config_.bands)) {
    return NextBandFromBelow(below->min_iter, config_.eta, iteration);
  }
  const auto next = std::upper_bound(bands_.begin(), bands_.end(), iteration);
  return next == bands_.end() ? kNever : *next;
}

std::optional<Comparison> HyperbandRule::Judge(const CurveSoFar& curve, const std::vector<double>& entries) const {
  // eta > 1, so the index is below the size.
  const auto index = static_cast<size_t>(std::floor(static_cast<double>(entries.size()) / config_.eta));
  const bool by_entry = config_.strict || !std::isfinite(curve.entry);
  return Comparison{by_entry ? curve.entry : curve.best, entries[index], static_cast<int64_t>(entries.size())};
}

}  // namespace sweepd
