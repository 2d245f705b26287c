// What a sweep optimises: one metric, a direction, and how a trial's reports become one number.
#pragma once

#include <optional>
#include <string>

namespace sweepd {

enum class Goal { kMinimize, kMaximize };

// kBest: the best value a trial reported. kLast: the value it reported last.
enum class Aggregation { kBest, kLast };

// What the model takes for the objective of a failed trial. kWorst: clearly worse than every result. kBest, kLatest:
// the best and the last finite value that the trial itself reported in its last attempt, kWorst's where there is none.
enum class Impute { kWorst, kBest, kLatest };

struct Objective {
  std::string metric;
  Goal goal = Goal::kMinimize;
  Aggregation aggregation = Aggregation::kBest;
  // Once an accepted objective is at least as good, the sweep creates no more trials.
  std::optional<double> target;
  Impute impute = Impute::kWorst;
  bool operator==(const Objective&) const = default;
};

// Whether objective value `a` is strictly better than `b`. NaN is never better than anything.
inline bool IsBetter(Goal goal, double a, double b) { return goal == Goal::kMinimize ? a < b : a > b; }

}  // namespace sweepd
