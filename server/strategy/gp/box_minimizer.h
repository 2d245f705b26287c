// Minimisation of a smooth function inside a box: projected limited-memory BFGS.
//
// Each step takes the two-loop L-BFGS direction in the coordinates that are free (not held at a bound by the gradient)
// and searches along its projection on the box with Armijo's rule (Nocedal, Wright: Numerical Optimization, algorithm
// 7.4; Bertsekas 1982 for the projection). Deterministic; throws nothing.
#pragma once

#include <Eigen/Core>
#include <functional>

namespace sweepd::gp {

// Returns the value at `x` and writes the gradient. A non-finite value means that x is not acceptable; the search then
// shortens its step.
using SmoothFunction = std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd& gradient)>;

struct Box {
  Eigen::VectorXd lower;
  Eigen::VectorXd upper;
};

struct MinimizerOptions {
  int max_evaluations = 60;
  double gradient_tolerance = 1e-5;  // largest component of the projected gradient
  double value_tolerance = 1e-9;     // relative decrease in one step
};

struct Minimum {
  Eigen::VectorXd x;
  double value = 0;
  int evaluations = 0;
};

// From `start`, which is first moved into the box. The result is never worse than the start; when even the start is not
// finite, it is returned as it is with its value.
Minimum MinimizeInBox(const SmoothFunction& function, const Box& box, const Eigen::VectorXd& start,
                      const MinimizerOptions& options);

}  // namespace sweepd::gp
