#include "server/strategy/gp/label_transform.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/quantile.h"

namespace sweepd::gp {
namespace {

std::vector<double> UniqueSorted(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

// The middle value, or the mean of the two middle ones, without overflow.
double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : std::midpoint(values[half - 1], values[half]);
}

// The half-rank warp in units where the median is 0 and the best value -1 (0 when the best is the median). In these
// units nothing overflows or vanishes, whatever the scale of the objectives.
class HalfRankWarp {
 public:
  explicit HalfRankWarp(const std::vector<double>& finite) : median_(Median(finite)) {
    const std::vector<double> unique = UniqueSorted(finite);
    const auto above = std::upper_bound(unique.begin(), unique.end(), median_);
    worse_.assign(above, unique.end());
    ranks_ = static_cast<double>(worse_.size());
    if (above != unique.begin() && above[-1] == median_) ranks_ += 0.5;
    best_gap_ = Gap(unique.front());
    double sum = 0;
    for (auto value = unique.begin(); value != above; ++value) sum += GoodHalf(*value) * GoodHalf(*value);
    const auto good = static_cast<double>(above - unique.begin());
    deviation_ = sum > 0 ? std::sqrt(sum / good) : 1.0;
  }

  double operator()(double value) const {
    if (value <= median_) return GoodHalf(value);
    const auto rank = static_cast<double>(worse_.end() - std::lower_bound(worse_.begin(), worse_.end(), value));
    return -deviation_ * NormalQuantile(0.5 * (rank - 0.5) / ranks_);
  }

 private:
  // Half of the difference: the difference of two huge numbers may overflow.
  double Gap(double value) const { return value / 2 - median_ / 2; }
  double GoodHalf(double value) const { return best_gap_ < 0 ? -(Gap(value) / best_gap_) : 0.0; }

  double median_;
  std::vector<double> worse_;  // unique values above the median, ascending
  double ranks_ = 0;
  double best_gap_ = 0;
  double deviation_ = 1;
};

}  // namespace

std::optional<Eigen::VectorXd> TransformLabels(const std::vector<std::optional<double>>& objectives) {
  std::vector<double> finite;
  for (const std::optional<double>& objective : objectives) {
    if (objective.has_value() && std::isfinite(*objective)) finite.push_back(*objective);
  }
  if (UniqueSorted(finite).size() < 2) return std::nullopt;

  const HalfRankWarp warp(finite);
  Eigen::VectorXd warped(static_cast<Eigen::Index>(finite.size()));
  std::transform(finite.begin(), finite.end(), warped.begin(), warp);
  warped.array() -= warped.mean();
  const double deviation = std::sqrt(warped.squaredNorm() / static_cast<double>(warped.size()));
  if (!(deviation > 0)) return std::nullopt;
  warped /= deviation;

  const double worst = warped.maxCoeff();
  const double failed = worst + 0.5 * (worst - warped.minCoeff()) + 1.0;
  Eigen::VectorXd labels(static_cast<Eigen::Index>(objectives.size()));
  Eigen::Index next = 0;
  for (size_t i = 0; i < objectives.size(); ++i) {
    const bool usable = objectives[i].has_value() && std::isfinite(*objectives[i]);
    labels[static_cast<Eigen::Index>(i)] = usable ? warped[next++] : failed;
  }
  return labels;
}

}  // namespace sweepd::gp
