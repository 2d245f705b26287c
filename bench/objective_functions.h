// Test functions of global optimisation with known minima, as sweeps would see them: named numbers in, one number out.
//
// Definitions and minima: Surjanovic, Bingham, "Virtual library of simulation experiments" (Simon Fraser University).
#pragma once

#include <string>
#include <vector>

#include "server/core/search_space.h"

namespace sweepd {

struct Bounds {
  double lower = 0;
  double upper = 1;
};

struct ObjectiveFunction {
  std::string name;
  std::vector<Bounds> bounds;  // one per parameter
  double minimum = 0;
  double (*at)(const std::vector<double>& x) = nullptr;

  // "x1", "x2", ... with uniform distributions.
  SearchSpace Space() const;
  double Evaluate(const Assignment& assignment) const;
};

ObjectiveFunction Branin();                        // 2 parameters; minimum 0.397887 at three points
ObjectiveFunction Hartmann6();                     // 6 parameters; minimum -3.32237
ObjectiveFunction Ackley(int dimensions);          // minimum 0 at the origin of [-10, 15]^D
ObjectiveFunction Levy(int dimensions);            // minimum 0 at (1, ..., 1) of [-10, 10]^D
ObjectiveFunction Rosenbrock(int dimensions);      // minimum 0 at (1, ..., 1) of [-5, 10]^D
ObjectiveFunction StyblinskiTang(int dimensions);  // minimum -39.16617 D on [-5, 5]^D
ObjectiveFunction Michalewicz5();                  // m = 10 on [0, pi]^5; minimum -4.687658

}  // namespace sweepd
