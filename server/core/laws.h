// The laws of a hyperparameter, as plain values. Their rules are checked by ValidateDistribution (distribution.h), and
// a law inside a SearchSpace keeps them.
#pragma once

#include <cstdint>
#include <vector>

#include "common/value.h"

namespace sweepd {

// One fixed value; no search dimension.
struct Constant {
  Value value;
  bool operator==(const Constant&) const = default;
};

// One of `values`, each equally likely. At least one value, no two equal (see SameGridValue).
struct Categorical {
  std::vector<Value> values;
  bool operator==(const Categorical&) const = default;
};

// One of `values`, the i-th with probabilities[i] > 0; their sum is 1 within 1e-6. No two values are equal.
struct WeightedCategorical {
  std::vector<Value> values;
  std::vector<double> probabilities;
  bool operator==(const WeightedCategorical&) const = default;
};

// Integers min..max, both included; min < max.
struct IntUniform {
  int64_t min = 0;
  int64_t max = 0;
  bool operator==(const IntUniform&) const = default;
};

// Uniform on [min, max]; min < max.
struct Uniform {
  double min = 0;
  double max = 0;
  bool operator==(const Uniform&) const = default;
};

// exp of a uniform on [ln min, ln max]; 0 < min < max, which are values, not exponents.
struct LogUniformValues {
  double min = 0;
  double max = 0;
  bool operator==(const LogUniformValues&) const = default;
};

// Normal with mean mu and standard deviation sigma > 0.
struct Normal {
  double mu = 0;
  double sigma = 1;
  bool operator==(const Normal&) const = default;
};

// exp of a normal with mean mu and standard deviation sigma > 0.
struct LogNormal {
  double mu = 0;
  double sigma = 1;
  bool operator==(const LogNormal&) const = default;
};

// The beta law on [0, 1]; a and b between kLeastBetaShape and kMostBetaShape (common/quantile.h).
struct Beta {
  double a = 1;
  double b = 1;
  bool operator==(const Beta&) const = default;
};

// A value of `base` rounded to the nearest multiple of q, kept to the multiples inside the base's bounds (0 counts as
// inside for LogNormal); q > 0, at least one multiple inside, at most 2^53 away from 0. With `integral` the values are
// integers, and q is a whole number.
template <class Base>
struct Stepped {
  Base base;
  double q = 1;
  bool integral = false;
  bool operator==(const Stepped&) const = default;
};

using QUniform = Stepped<Uniform>;
using QLogUniformValues = Stepped<LogUniformValues>;
using QNormal = Stepped<Normal>;
using QLogNormal = Stepped<LogNormal>;
using QBeta = Stepped<Beta>;

}  // namespace sweepd
