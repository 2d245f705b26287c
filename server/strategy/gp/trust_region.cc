#include "server/strategy/gp/trust_region.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sweepd::gp {
namespace {

constexpr double kFirstSize = 0.8;
constexpr double kLargestSize = 1.6;
constexpr double kLeastSize = 0x1p-7;
constexpr int kImprovementsToGrow = 3;
constexpr Eigen::Index kFewestFailuresToShrink = 4;
// A gain below this, in units of the labels' standard deviation, is not one.
constexpr double kLeastGain = 1e-3;

}  // namespace

Progress FollowProgress(const Eigen::VectorXd& labels, Eigen::Index dimensions) {
  const Eigen::Index patience = std::max(kFewestFailuresToShrink, dimensions);
  Progress progress{kFirstSize, 0};
  double best = std::numeric_limits<double>::infinity();
  int improvements = 0;
  Eigen::Index failures = 0;
  for (const double label : labels) {
    if (label < best - kLeastGain) {
      progress.since_better = 0;
      failures = 0;
      if (++improvements >= kImprovementsToGrow) {
        progress.size = std::min(2 * progress.size, kLargestSize);
        improvements = 0;
      }
    } else {
      ++progress.since_better;
      improvements = 0;
      if (++failures >= patience) {
        progress.size = progress.size / 2 < kLeastSize ? kFirstSize : progress.size / 2;
        failures = 0;
      }
    }
    best = std::min(best, label);
  }
  return progress;
}

Region TrustRegionAround(const Domain& domain, const Eigen::VectorXd& centre, double size,
                         const Eigen::VectorXd& log_length_scales) {
  Region region{Eigen::VectorXd::Zero(domain.size()), Eigen::VectorXd::Ones(domain.size())};
  const double mean = log_length_scales.mean();
  for (Eigen::Index i = 0; i < domain.size(); ++i) {
    if (centre[i] == kAbsent) continue;
    const Dimension& dimension = domain.dimension(i);
    double reach = 0.5 * size * std::exp(log_length_scales[i] - mean);
    if (dimension.kind == Dimension::Kind::kOrdinal)
      reach = std::max(reach, 1.0 / static_cast<double>(dimension.count));
    region.lower[i] = std::max(0.0, centre[i] - reach);
    region.upper[i] = std::min(1.0, centre[i] + reach);
  }
  return region;
}

}  // namespace sweepd::gp
