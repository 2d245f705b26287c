// The law of one hyperparameter, and the one pair of functions between its values and the unit interval.
//
// Sampling is by inverse CDF: a value is ValueAt(distribution, u) for one uniform u. UnitOf is its inverse, which the
// model sees. Plain value types (laws.h); SearchSpace::Create checks them, so that a distribution inside a SearchSpace
// is valid.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/value.h"
#include "server/core/grid_value.h"
#include "server/core/laws.h"

namespace sweepd {

using Distribution = std::variant<Constant, Categorical, WeightedCategorical, IntUniform, Uniform, LogUniformValues,
                                  Normal, LogNormal, Beta, QUniform, QLogUniformValues, QNormal, QLogNormal, QBeta>;

// The name a sweep file uses, for example "log_uniform_values".
absl::string_view DistributionName(const Distribution& distribution);

// INVALID_ARGUMENT that says which rule of laws.h is broken and what would be right.
absl::Status ValidateDistribution(const Distribution& distribution);

// The value at u in [0, 1): the inverse CDF. Always inside the domain.
Value ValueAt(const Distribution& distribution, double u);

// The middle of the u that give `value`, in [0, 1]; for a continuous law its CDF. INVALID_ARGUMENT when the value is
// outside the domain. A number may be given as integer or as floating point.
absl::StatusOr<double> UnitOf(const Distribution& distribution, const Value& value);

// How many values there are; nullopt for a continuous law and for multiples without bounds. Saturates at 2^64 - 1.
std::optional<uint64_t> ValueCount(const Distribution& distribution);

// The index-th value, 0 <= index < ValueCount, in grid order (values as given, numbers ascending), and its inverse,
// which is INVALID_ARGUMENT for a value outside the domain. The law has a ValueCount.
Value NthValue(const Distribution& distribution, uint64_t index);
absl::StatusOr<uint64_t> IndexOf(const Distribution& distribution, const Value& value);

}  // namespace sweepd
