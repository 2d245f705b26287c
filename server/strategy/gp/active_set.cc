#include "server/strategy/gp/active_set.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace sweepd::gp {
namespace {

// Indices of the elements, ascending by element.
std::vector<Eigen::Index> Ascending(const Eigen::VectorXd& elements) {
  std::vector<Eigen::Index> order(static_cast<size_t>(elements.size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](Eigen::Index a, Eigen::Index b) { return elements[a] < elements[b]; });
  return order;
}

Eigen::VectorXd SquaredDistancesTo(const Eigen::MatrixXd& features, Eigen::Index column) {
  return (features.colwise() - features.col(column)).colwise().squaredNorm().transpose();
}

}  // namespace

std::vector<Eigen::Index> ChooseActiveSet(const Eigen::MatrixXd& features, const Eigen::VectorXd& labels,
                                          Eigen::Index size) {
  const Eigen::Index n = labels.size();
  std::vector<Eigen::Index> chosen;
  if (n <= size) {
    chosen.resize(static_cast<size_t>(n));
    std::iota(chosen.begin(), chosen.end(), 0);
    return chosen;
  }
  // Squared distance to the nearest chosen one; a chosen one's own is negative.
  Eigen::VectorXd distance = Eigen::VectorXd::Constant(n, std::numeric_limits<double>::infinity());
  const auto choose = [&](Eigen::Index i) {
    distance = distance.cwiseMin(SquaredDistancesTo(features, i));
    distance[i] = -1;
    chosen.push_back(i);
  };
  const auto quarter = static_cast<size_t>(size / 4);
  const std::vector<Eigen::Index> by_label = Ascending(labels);
  for (size_t i = 0; i < quarter; ++i) choose(by_label[i]);
  for (const Eigen::Index i : Ascending(SquaredDistancesTo(features, by_label.front()))) {
    if (chosen.size() == 2 * quarter) break;
    if (distance[i] >= 0) choose(i);
  }
  while (chosen.size() < static_cast<size_t>(size)) {
    Eigen::Index farthest = 0;
    distance.maxCoeff(&farthest);
    choose(farthest);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace sweepd::gp
