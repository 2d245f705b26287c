#include "server/strategy/gp/box_minimizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sweepd::gp {
namespace {

Box Cube(Eigen::Index dimensions, double lower, double upper) {
  return {Eigen::VectorXd::Constant(dimensions, lower), Eigen::VectorXd::Constant(dimensions, upper)};
}

double Rosenbrock(const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
  gradient.setZero(x.size());
  double value = 0;
  for (Eigen::Index i = 0; i + 1 < x.size(); ++i) {
    const double valley = x[i + 1] - x[i] * x[i];
    value += 100 * valley * valley + (1 - x[i]) * (1 - x[i]);
    gradient[i] += -400 * x[i] * valley - 2 * (1 - x[i]);
    gradient[i + 1] += 200 * valley;
  }
  return value;
}

TEST(BoxMinimizer, FollowsACurvedValleyToItsMinimum) {
  const Minimum minimum = MinimizeInBox(Rosenbrock, Cube(5, -5, 5), Eigen::VectorXd::Constant(5, -1.2), {500, 1e-6, 0});
  EXPECT_LT((minimum.x.array() - 1).abs().maxCoeff(), 1e-4);
}

TEST(BoxMinimizer, StopsAtTheBoundsThatHoldIt) {
  // The unconstrained minimum (3, -2, 0.5) lies outside in two coordinates.
  const Eigen::Vector3d centre(3, -2, 0.5);
  const auto bowl = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    gradient = 2 * (x - centre);
    return (x - centre).squaredNorm();
  };
  const Minimum minimum = MinimizeInBox(bowl, Cube(3, 0, 1), Eigen::Vector3d(0.2, 0.9, 0.1), {});
  EXPECT_LT((minimum.x - Eigen::Vector3d(1, 0, 0.5)).norm(), 1e-5);
}

TEST(BoxMinimizer, MovesAStartIntoTheBox) {
  const auto slope = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    gradient = Eigen::VectorXd::Ones(1);
    return x[0];
  };
  EXPECT_EQ(MinimizeInBox(slope, Cube(1, 2, 3), Eigen::VectorXd::Constant(1, 17), {}).x[0], 2.0);
}

TEST(BoxMinimizer, ShortensStepsThatLeaveTheFunctionsDomain) {
  const auto barrier = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    gradient = Eigen::VectorXd::Constant(1, 100 - 1 / x[0]);
    return x[0] > 0.001 ? 100 * x[0] - std::log(x[0]) : std::numeric_limits<double>::quiet_NaN();
  };
  const Minimum minimum = MinimizeInBox(barrier, Cube(1, -10, 10), Eigen::VectorXd::Constant(1, 5), {100, 1e-7, 0});
  EXPECT_NEAR(minimum.x[0], 0.01, 1e-5);
}

TEST(BoxMinimizer, ReturnsAStartThatCannotBeEvaluated) {
  const auto nowhere = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    gradient.setZero(x.size());
    return std::numeric_limits<double>::infinity();
  };
  const Minimum minimum = MinimizeInBox(nowhere, Cube(2, 0, 1), Eigen::Vector2d(0.3, 0.4), {});
  EXPECT_EQ(minimum.x, Eigen::Vector2d(0.3, 0.4));
  EXPECT_EQ(minimum.evaluations, 1);
}

TEST(BoxMinimizer, KeepsToItsBudget) {
  int evaluations = 0;
  const auto counted = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    ++evaluations;
    return Rosenbrock(x, gradient);
  };
  const Minimum minimum = MinimizeInBox(counted, Cube(4, -5, 5), Eigen::VectorXd::Constant(4, -3), {17, 0, 0});
  EXPECT_LE(evaluations, 17);
  EXPECT_EQ(minimum.evaluations, evaluations);
}

}  // namespace
}  // namespace sweepd::gp
