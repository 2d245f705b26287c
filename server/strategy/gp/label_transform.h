// From objectives as reported to the labels a Gaussian process models well, and back.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

namespace sweepd::gp {

// The objective of one trial that is over. Minimised.
struct Result {
  std::optional<double> objective;  // nullopt, NaN and infinities: the trial failed. Any finite double is fine
  bool censored = false;            // cut short: run to its end, it would not have been among the better half

  bool failed() const;
  bool operator==(const Result&) const = default;
};

// Labels to minimise, one per result, always finite and of moderate size.
struct Labels {
  Eigen::VectorXd values;

  // The objective that a label of the better half stands for, and what a difference of labels there is in objectives;
  // worse ones as if the better half went on in a straight line.
  double ToObjective(double label) const;
  double ToObjectiveDifference(double difference) const;

  // How: objective = median + 2 unit w with w = label * deviation + mean.
  double median = 0;
  double unit = 1;  // half the distance from the best objective to the median
  double mean = 0;
  double deviation = 1;
};

// nullopt when the results cannot be modelled: fewer than two distinct finite objectives. Four steps:
//
// 1. A censored objective better than the median of the others is raised to it.
// 2. The worse half gives way to half-ranks, so that a few terrible values do not flatten the rest. With m the median
//    of the finite values and sigma the root mean square of u - m over the unique values u <= m, a value above m whose
//    unique rank from the worst is r (1: the worst) becomes m - sigma Phi^-1(0.5 (r - 0.5) / D), D the number of unique
//    values above m, plus 0.5 where m itself occurs. The good half is untouched. (The half-rank warp of Google Vizier's
//    Gaussian-process bandit, Song et al. 2024, arXiv:2408.11527.)
// 3. Standardised to mean 0 and variance 1.
// 4. Failed trials stay out of all that and become worst + range / 2 + 1: clearly bad, and no cliff (Vizier's rule for
//    infeasible trials). A constant shift is left to the model's mean.
std::optional<Labels> TransformLabels(const std::vector<Result>& results);

}  // namespace sweepd::gp
