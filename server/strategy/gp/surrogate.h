// The model of a growing sequence of finished trials, kept up to date at the least cost.
//
// The n-th model of a sequence is a function of its first n trials alone, whatever was asked before, so that a
// controller that starts again goes on with the same bits. How it is made:
//   * Hyperparameters are fitted at *checkpoints*: after every trial up to 40, then whenever there are a tenth more
//     trials (FitPoint). Between them those of the last checkpoint hold.
//   * At a *base* the covariance is factored anew: at every checkpoint up to kExactUpTo trials, then every kRefresh
//     trials, from when on the model holds an active set of kActiveSize of them. Trials after the base are appended one
//     by one, O(n^2) each.
//   * The labels of all trials are transformed anew for every model (a new trial moves the median), which only changes
//     the right-hand side.
// Asking for the model of a sequence that extends the one asked for before costs the difference; any other sequence is
// computed from its own base.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <vector>

#include "server/strategy/gp/domain.h"
#include "server/strategy/gp/gaussian_process.h"
#include "server/strategy/gp/label_transform.h"

namespace sweepd::gp {

// One finished trial.
struct Observed {
  Eigen::VectorXd point;
  Result result;

  bool operator==(const Observed&) const = default;
};

struct SurrogateOptions {
  uint64_t seed = 0;
  bool noise_free = false;  // results are exact
};

inline constexpr Eigen::Index kExactUpTo = 1000;
inline constexpr Eigen::Index kActiveSize = 960;
inline constexpr Eigen::Index kRefresh = 32;

// The number of trials at the last checkpoint of a sequence of n.
Eigen::Index FitPoint(Eigen::Index n);

// The number of trials at the last base of a sequence of n.
Eigen::Index BasePoint(Eigen::Index n);

// Failed trials from which on their places are learned as a second output of the model.
inline constexpr int kFewestFailures = 3;

// Not thread-safe. The domain must outlive it.
class Surrogate {
 public:
  Surrogate(const Domain& domain, SurrogateOptions options) : domain_(domain), options_(options) {}

  // Models the trials. False when they cannot be modelled: fewer than two distinct objectives (the labels are nullopt
  // then), or a covariance that is not positive definite. The elements must live as long as the call.
  bool Update(const std::vector<const Observed*>& trials);

  // Of the last Update, which returned true.
  const std::optional<Labels>& labels() const { return labels_; }
  GaussianProcess& model() { return *model_; }
  // Of the labelled points of the model, in their order: the place of each in the sequence.
  const std::vector<size_t>& rows() const { return rows_; }
  // p (1 - p) of the share of failed trials; 0 while they are no output of the model.
  double failure_variance() const { return failure_variance_; }

 private:
  TrainingSet Choose(const std::vector<const Observed*>& trials, const std::vector<size_t>& rows,
                     const Eigen::VectorXd& labels) const;
  bool Rebase(const std::vector<const Observed*>& trials, Eigen::Index base);
  void Fit(const std::vector<const Observed*>& trials, Eigen::Index count);
  void SetLabels(const std::vector<const Observed*>& trials);

  const Domain& domain_;
  SurrogateOptions options_;
  std::vector<Observed> known_;  // what the state below rests on
  std::optional<Labels> labels_;
  Eigen::Index fit_point_ = 0;
  Hyperparameters hyperparameters_;
  Eigen::Index base_point_ = 0;
  std::optional<GaussianProcess> model_;
  std::vector<size_t> rows_;
  double failure_variance_ = 0;
};

}  // namespace sweepd::gp
