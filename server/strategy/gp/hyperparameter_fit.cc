#include "server/strategy/gp/hyperparameter_fit.h"

#include <cmath>
#include <limits>
#include <vector>

#include "server/strategy/gp/box_minimizer.h"
#include "server/strategy/gp/marginal_likelihood.h"
#include "server/strategy/gp/thinning.h"

namespace sweepd::gp {
namespace {

// Observations on which starts are compared, and on which the winner is polished; evaluations of the likelihood for
// each start, for the best of them, and for the polish.
constexpr Eigen::Index kCoarseSize = 80;
constexpr Eigen::Index kPolishSize = 256;
constexpr int kScoutEvaluations = 12;
constexpr int kCoarseEvaluations = 40;
constexpr int kPolishEvaluations = 8;

// The search vector: log length scales, log noise variance and, when it is free, log signal variance.
class Problem {
 public:
  Problem(const TrainingSet& data, Eigen::Index dimensions, bool noise_free, bool free_signal)
      : data_(data),
        prior_(DimensionScaledPrior(dimensions)),
        dimensions_(dimensions),
        noise_free_(noise_free),
        free_signal_(free_signal) {}

  Eigen::Index size() const { return dimensions_ + (free_signal_ ? 2 : 1); }

  Hyperparameters Unpack(const Eigen::VectorXd& x) const {
    return {x.head(dimensions_), free_signal_ ? x[dimensions_ + 1] : 0.0, x[dimensions_]};
  }

  // Negative log posterior.
  double operator()(const Eigen::VectorXd& x, Eigen::VectorXd& gradient) const {
    const Hyperparameters hyperparameters = Unpack(x);
    gradient.setZero(size());
    const std::optional<LogDensity> likelihood = LogMarginalLikelihood(data_, hyperparameters);
    if (!likelihood.has_value()) return std::numeric_limits<double>::infinity();
    const LogDensity prior = LogPrior(prior_, hyperparameters);
    gradient.head(dimensions_) = -(likelihood->length_scale_slope + prior.length_scale_slope);
    gradient[dimensions_] = -(likelihood->noise_slope + prior.noise_slope);
    if (free_signal_) gradient[dimensions_ + 1] = -(likelihood->signal_slope + prior.signal_slope);
    return -(likelihood->value + prior.value);
  }

  Box Bounds() const {
    Box box{Eigen::VectorXd::Constant(size(), std::log(kMinLengthScale)),
            Eigen::VectorXd::Constant(size(), std::log(kMaxLengthScale))};
    box.lower[dimensions_] = std::log(kMinNoiseVariance);
    box.upper[dimensions_] = std::log(noise_free_ ? kMinNoiseVariance : kMaxNoiseVariance);
    if (free_signal_) {
      box.lower[dimensions_ + 1] = std::log(kMinSignalVariance);
      box.upper[dimensions_ + 1] = std::log(kMaxSignalVariance);
    }
    return box;
  }

  std::vector<Eigen::VectorXd> Starts(Rng& rng) const {
    Eigen::VectorXd mode = Eigen::VectorXd::Constant(size(), prior_.length_scale.log_mode());
    mode[dimensions_] = prior_.noise_variance.log_mode();
    if (free_signal_) mode[dimensions_ + 1] = 0;
    Eigen::VectorXd longer = mode;
    longer.head(dimensions_).setConstant(prior_.length_scale.mean);
    Eigen::VectorXd random = mode;
    for (Eigen::Index i = 0; i < dimensions_; ++i) random[i] += prior_.length_scale.deviation * rng.NextNormal();
    return {mode, longer, random};
  }

 private:
  const TrainingSet& data_;
  HyperparameterPrior prior_;
  Eigen::Index dimensions_;
  bool noise_free_;
  bool free_signal_;
};

}  // namespace

Hyperparameters FitHyperparameters(const TrainingSet& data, Eigen::Index dimensions, bool noise_free, Rng rng) {
  const bool free_signal = data.labels.size() >= kFreeSignalFrom;
  const TrainingSet coarse = Thin(data, kCoarseSize);
  const Problem problem(coarse, dimensions, noise_free, free_signal);
  Minimum best;
  for (const Eigen::VectorXd& start : problem.Starts(rng)) {
    const Minimum minimum = MinimizeInBox(problem, problem.Bounds(), start, {kScoutEvaluations, 1e-3, 1e-7});
    if (best.x.size() == 0 || minimum.value < best.value) best = minimum;
  }
  best = MinimizeInBox(problem, problem.Bounds(), best.x, {kCoarseEvaluations, 1e-3, 1e-7});
  if (coarse.labels.size() < data.labels.size()) {
    const TrainingSet fine = Thin(data, kPolishSize);
    const Problem full(fine, dimensions, noise_free, free_signal);
    best = MinimizeInBox(full, full.Bounds(), best.x, {kPolishEvaluations, 1e-2, 1e-5});
  }
  return problem.Unpack(best.x);
}

}  // namespace sweepd::gp
