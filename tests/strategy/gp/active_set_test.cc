#include "server/strategy/gp/active_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/strategy/gp/training_sets.h"

namespace sweepd::gp {
namespace {

bool Has(const std::vector<Eigen::Index>& chosen, Eigen::Index i) {
  return std::binary_search(chosen.begin(), chosen.end(), i);
}

TEST(ActiveSet, IsEverythingWhileThatIsFew) {
  std::vector<Eigen::Index> all(20);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(ChooseActiveSet(UniformPoints(2, 20, 1), Eigen::VectorXd::Zero(20), 20), all);
}

TEST(ActiveSet, HoldsTheBestTheNearestAndTheCorners) {
  Eigen::MatrixXd points = UniformPoints(2, 400, 1);
  points.col(399) = Eigen::Vector2d(-3, -3);  // far away, and the worst
  const Eigen::VectorXd distances = (points.colwise() - Eigen::Vector2d(0.4, 0.6)).colwise().norm().transpose();
  const std::vector<Eigen::Index> chosen = ChooseActiveSet(points, distances, 40);
  ASSERT_EQ(chosen.size(), 40u);
  EXPECT_TRUE(std::is_sorted(chosen.begin(), chosen.end()));
  EXPECT_EQ(std::adjacent_find(chosen.begin(), chosen.end()), chosen.end());
  std::vector<Eigen::Index> order(400);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return distances[a] < distances[b]; });
  for (size_t i = 0; i < 10; ++i) EXPECT_TRUE(Has(chosen, order[i])) << i;
  EXPECT_TRUE(Has(chosen, 399));
}

TEST(ActiveSet, DoesWithPointsThatAreAllTheSame) {
  EXPECT_EQ(ChooseActiveSet(Eigen::MatrixXd::Ones(3, 100), Eigen::VectorXd::Zero(100), 30).size(), 30u);
}

}  // namespace
}  // namespace sweepd::gp
