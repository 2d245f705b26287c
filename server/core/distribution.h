// The law of one hyperparameter, and the one pair of functions between its values and the unit interval.
//
// Sampling is by inverse CDF: a value is ValueAt(distribution, u) for one uniform u. UnitOf is its inverse, which the
// model sees. Plain value types; SearchSpace::Create checks them, so that a distribution inside a SearchSpace is valid.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
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

// A uniform on [min, max] rounded to the nearest multiple of q, kept to the multiples inside [min, max]; q > 0, at
// least one multiple inside. With an integer q and integer bounds (`integral`) the values are integers.
struct QUniform {
  double min = 0;
  double max = 0;
  double q = 1;
  bool integral = false;
  bool operator==(const QUniform&) const = default;
};

using Distribution = std::variant<Constant, Categorical, IntUniform, Uniform, LogUniformValues, QUniform>;

// The name a sweep file uses, for example "log_uniform_values".
absl::string_view DistributionName(const Distribution& distribution);

// INVALID_ARGUMENT that says which rule above is broken and what would be right.
absl::Status ValidateDistribution(const Distribution& distribution);

// The value at u in [0, 1): the inverse CDF. Always inside the domain.
Value ValueAt(const Distribution& distribution, double u);

// The middle of the u that give `value`, in [0, 1]; for a continuous law its CDF. INVALID_ARGUMENT when the value is
// outside the domain. A number may be given as integer or as floating point.
absl::StatusOr<double> UnitOf(const Distribution& distribution, const Value& value);

// How many values there are; nullopt for a continuous law.
std::optional<uint64_t> ValueCount(const Distribution& distribution);

// The index-th value, 0 <= index < ValueCount, in grid order (values as given, numbers ascending).
Value NthValue(const Distribution& distribution, uint64_t index);

// Whether two categorical values are one grid point: equal, or equal as numbers (1 and 1.0; never true and 1).
bool SameGridValue(const Value& a, const Value& b);

// A text that two values share exactly when they are one grid point, to find equal ones among many.
std::string GridKey(const Value& value);

}  // namespace sweepd
