#include "server/stopping/bands.h"

#include <algorithm>
#include <cmath>

#include "server/stopping/stopping_rule.h"

namespace sweepd {
namespace {

constexpr double kMaxBand = 9007199254740992.0;  // 2^53

}  // namespace

int64_t NextBandFromBelow(int64_t min_iter, double eta, int64_t iteration) {
  for (int i = 0;; ++i) {
    const double band = std::trunc(static_cast<double>(min_iter) * std::pow(eta, i));
    if (band >= kMaxBand) return kNever;
    if (static_cast<int64_t>(band) > iteration) return static_cast<int64_t>(band);
  }
}

std::vector<int64_t> BandsBelow(const BandsFromAbove& bands, double eta) {
  std::vector<int64_t> found;
  for (int64_t i = 1; i <= bands.s; ++i) {
    const double band = std::trunc(static_cast<double>(bands.max_iter) / std::pow(eta, static_cast<double>(i)));
    if (band < 1) break;
    if (found.empty() || found.back() != static_cast<int64_t>(band)) found.push_back(static_cast<int64_t>(band));
  }
  std::reverse(found.begin(), found.end());
  return found;
}

}  // namespace sweepd
