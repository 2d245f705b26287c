#include "server/strategy/gp/label_transform.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/quantile.h"

namespace sweepd::gp {
namespace {

// The middle value, or the mean of the two middle ones, without overflow.
double MedianOfSorted(const std::vector<double>& values) {
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : std::midpoint(values[half - 1], values[half]);
}

// The half-rank warp in units where the median is 0 and the best value -1 (0 when the best is the median). In these
// units nothing overflows or vanishes, whatever the scale of the objectives.
class HalfRankWarp {
 public:
  // Sorted, not empty.
  explicit HalfRankWarp(std::vector<double> finite) : median_(MedianOfSorted(finite)) {
    finite.erase(std::unique(finite.begin(), finite.end()), finite.end());
    const auto above = std::upper_bound(finite.begin(), finite.end(), median_);
    worse_.assign(above, finite.end());
    ranks_ = static_cast<double>(worse_.size());
    if (above != finite.begin() && above[-1] == median_) ranks_ += 0.5;
    best_gap_ = Gap(finite.front());
    double sum = 0;
    for (auto value = finite.begin(); value != above; ++value) sum += GoodHalf(*value) * GoodHalf(*value);
    const auto good = static_cast<double>(above - finite.begin());
    deviation_ = sum > 0 ? std::sqrt(sum / good) : 1.0;
  }

  double operator()(double value) const {
    if (value <= median_) return GoodHalf(value);
    const auto rank = static_cast<double>(worse_.end() - std::lower_bound(worse_.begin(), worse_.end(), value));
    return -deviation_ * NormalQuantile(0.5 * (rank - 0.5) / ranks_);
  }

  double median() const { return median_; }
  double unit() const { return -best_gap_; }

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

// The objectives of the trials that did not fail, none of the censored ones better than the median of the others.
std::vector<double> FiniteObjectives(const std::vector<Result>& results) {
  std::vector<double> complete;
  for (const Result& result : results) {
    if (!result.failed() && !result.censored) complete.push_back(*result.objective);
  }
  std::sort(complete.begin(), complete.end());
  std::vector<double> objectives;
  for (const Result& result : results) {
    if (result.failed()) continue;
    const bool raise = result.censored && !complete.empty();
    objectives.push_back(raise ? std::max(*result.objective, MedianOfSorted(complete)) : *result.objective);
  }
  return objectives;
}

}  // namespace

bool Result::failed() const { return !objective.has_value() || !std::isfinite(*objective); }

double Labels::ToObjective(double label) const { return median + ToObjectiveDifference(label + mean / deviation); }

double Labels::ToObjectiveDifference(double difference) const { return 2 * (difference * deviation * unit); }

std::optional<Labels> TransformLabels(const std::vector<Result>& results) {
  const std::vector<double> objectives = FiniteObjectives(results);
  std::vector<double> sorted = objectives;
  std::sort(sorted.begin(), sorted.end());
  if (sorted.empty() || sorted.front() == sorted.back()) return std::nullopt;

  const HalfRankWarp warp(std::move(sorted));
  Eigen::VectorXd warped(static_cast<Eigen::Index>(objectives.size()));
  std::transform(objectives.begin(), objectives.end(), warped.begin(), warp);
  Labels labels;
  labels.median = warp.median();
  labels.unit = warp.unit();
  labels.mean = warped.mean();
  warped.array() -= labels.mean;
  labels.deviation = std::sqrt(warped.squaredNorm() / static_cast<double>(warped.size()));
  if (!(labels.deviation > 0)) return std::nullopt;
  warped /= labels.deviation;

  const double worst = warped.maxCoeff();
  const double failed = worst + 0.5 * (worst - warped.minCoeff()) + 1.0;
  labels.values.resize(static_cast<Eigen::Index>(results.size()));
  Eigen::Index next = 0;
  for (size_t i = 0; i < results.size(); ++i) {
    labels.values[static_cast<Eigen::Index>(i)] = results[i].failed() ? failed : warped[next++];
  }
  return labels;
}

}  // namespace sweepd::gp
