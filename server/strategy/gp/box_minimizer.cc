#include "server/strategy/gp/box_minimizer.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

namespace sweepd::gp {
namespace {

constexpr size_t kMemory = 8;
constexpr double kSufficientDecrease = 1e-4;
constexpr int kMaxHalvings = 20;

struct Correction {
  Eigen::VectorXd step;
  Eigen::VectorXd gradient_change;
  double inverse_product;
};

Eigen::VectorXd Project(const Box& box, const Eigen::VectorXd& x) { return x.cwiseMax(box.lower).cwiseMin(box.upper); }

// 1 for a coordinate that may move downhill, 0 for one that the gradient presses against its bound.
Eigen::ArrayXd FreeCoordinates(const Box& box, const Eigen::VectorXd& x, const Eigen::VectorXd& gradient) {
  const auto at_lower = x.array() <= box.lower.array() && gradient.array() > 0;
  const auto at_upper = x.array() >= box.upper.array() && gradient.array() < 0;
  return (at_lower || at_upper).select(Eigen::ArrayXd::Zero(x.size()), Eigen::ArrayXd::Ones(x.size()));
}

Eigen::VectorXd Direction(const std::deque<Correction>& memory, const Eigen::VectorXd& gradient) {
  Eigen::VectorXd direction = -gradient;
  std::vector<double> weights(memory.size());
  for (size_t i = memory.size(); i-- > 0;) {
    weights[i] = memory[i].inverse_product * memory[i].step.dot(direction);
    direction -= weights[i] * memory[i].gradient_change;
  }
  if (!memory.empty()) {
    const Correction& last = memory.back();
    direction /= last.inverse_product * last.gradient_change.squaredNorm();
  }
  for (size_t i = 0; i < memory.size(); ++i) {
    const double correction = memory[i].inverse_product * memory[i].gradient_change.dot(direction);
    direction += (weights[i] - correction) * memory[i].step;
  }
  return direction;
}

void Remember(std::deque<Correction>& memory, Eigen::VectorXd step, Eigen::VectorXd gradient_change) {
  const double product = step.dot(gradient_change);
  // Only steps with positive curvature keep the approximation positive definite.
  if (!(product > 1e-10 * step.norm() * gradient_change.norm())) return;
  memory.push_back({std::move(step), std::move(gradient_change), 1.0 / product});
  if (memory.size() > kMemory) memory.pop_front();
}

struct Iterate {
  Eigen::VectorXd x;
  Eigen::VectorXd gradient;
  double value = 0;
};

// The first point on the projected ray that decreases the function enough; false when there is none.
bool Search(const SmoothFunction& function, const Box& box, const Iterate& from, const Eigen::VectorXd& direction,
            double length, int& evaluations, int max_evaluations, Iterate& to) {
  for (int halving = 0; halving < kMaxHalvings && evaluations < max_evaluations; ++halving) {
    to.x = Project(box, from.x + length * direction);
    const double expected = from.gradient.dot(to.x - from.x);
    if (!(expected < 0)) return false;
    to.value = function(to.x, to.gradient);
    ++evaluations;
    const bool usable = std::isfinite(to.value) && to.gradient.allFinite();
    if (usable && to.value <= from.value + kSufficientDecrease * expected) return true;
    // The minimum of the parabola through both values and the slope, kept to a sane fraction of the step.
    const double curvature = usable ? to.value - from.value - expected : 0;
    length *= curvature > 0 ? std::clamp(-0.5 * expected / curvature, 0.1, 0.5) : 0.25;
  }
  return false;
}

}  // namespace

Minimum MinimizeInBox(const SmoothFunction& function, const Box& box, const Eigen::VectorXd& start,
                      const MinimizerOptions& options) {
  Iterate current{Project(box, start), Eigen::VectorXd(start.size()), 0};
  current.value = function(current.x, current.gradient);
  int evaluations = 1;
  Iterate next{current.x, current.gradient, 0};
  std::deque<Correction> memory;
  while (std::isfinite(current.value) && current.gradient.allFinite() && evaluations < options.max_evaluations) {
    const Eigen::ArrayXd free = FreeCoordinates(box, current.x, current.gradient);
    const Eigen::VectorXd reduced = (current.gradient.array() * free).matrix();
    if (reduced.size() == 0 || reduced.cwiseAbs().maxCoeff() < options.gradient_tolerance) break;
    Eigen::VectorXd direction = (Direction(memory, reduced).array() * free).matrix();
    if (!(direction.dot(reduced) < 0)) memory.clear();
    if (memory.empty()) direction = -reduced;
    const double length = memory.empty() ? std::min(1.0, 1.0 / reduced.norm()) : 1.0;
    if (!Search(function, box, current, direction, length, evaluations, options.max_evaluations, next)) {
      if (memory.empty()) break;
      memory.clear();
      continue;
    }
    const double decrease = current.value - next.value;
    Remember(memory, next.x - current.x, next.gradient - current.gradient);
    std::swap(current, next);
    if (decrease < options.value_tolerance * (1.0 + std::abs(current.value))) break;
  }
  return {current.x, current.value, evaluations};
}

}  // namespace sweepd::gp
