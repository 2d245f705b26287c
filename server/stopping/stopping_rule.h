// The seam of early termination: a rule says at which iterations the curves of a sweep are compared, by what, and how
// bad is too bad. ComparedCurves keeps the curves and asks.
//
// Numbers are losses: smaller is better, whatever the sweep's goal, and a value that is not finite is +infinity, which
// is the worst. Rules are immutable; every function is pure, thread-safe and, NextComparison apart, O(1).
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "server/core/early_terminate.h"

namespace sweepd {

inline constexpr double kWorst = std::numeric_limits<double>::infinity();

// No iteration: a curve never gets there.
inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// What a curve amounts to so far.
struct CurveSoFar {
  int64_t count = 0;  // values, and so the iteration of the newest
  double newest = kWorst;
  double best = kWorst;
  double sum = 0;
  // Its last comparison with others: when, and what it was entered with. 0 before the first.
  int64_t compared_at = 0;
  double entry = 0;
  int64_t next_comparison = 0;  // kept here because a rule may compute long; 0: not asked for yet
};

// Too bad means value > threshold; ties survive.
struct Comparison {
  double value = 0;
  double threshold = 0;
  int64_t trials = 0;  // that gave the threshold
};

class StoppingRule {
 public:
  virtual ~StoppingRule() = default;

  // The first iteration after `iteration` (>= 0) at which curves are compared; kNever when there is none.
  // O(comparisons before it).
  virtual int64_t NextComparison(int64_t iteration) const = 0;

  // What a curve enters the comparison with that its newest value has brought it to.
  virtual double EntryOf(const CurveSoFar& curve) const = 0;

  // Judges a curve that has just grown, and was compared at least once. `entries` are those of every trial at
  // `curve.compared_at`, its own among them, ascending. nullopt: it is not judged now.
  virtual std::optional<Comparison> Judge(const CurveSoFar& curve, const std::vector<double>& entries) const = 0;
};

std::unique_ptr<const StoppingRule> MakeStoppingRule(const EarlyTerminate& config);

}  // namespace sweepd
