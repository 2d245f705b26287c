// The laws over values that are listed or counted: constant, categorical, weighted categorical, integers. Laws are
// valid unless it is said otherwise. Implementation of distribution.h, which says what the functions do.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "server/core/laws.h"

namespace sweepd::laws {

// The index of the value at u, and the middle of the u that give the index-th value.
uint64_t IndexAt(const Constant& law, double u);
uint64_t IndexAt(const Categorical& law, double u);
uint64_t IndexAt(const WeightedCategorical& law, double u);
uint64_t IndexAt(const IntUniform& law, double u);
double UnitOfIndex(const Constant& law, uint64_t index);
double UnitOfIndex(const Categorical& law, uint64_t index);
double UnitOfIndex(const WeightedCategorical& law, uint64_t index);
double UnitOfIndex(const IntUniform& law, uint64_t index);

// Number of values; saturates at 2^64 - 1.
uint64_t CountOf(const Constant& law);
uint64_t CountOf(const Categorical& law);
uint64_t CountOf(const WeightedCategorical& law);
uint64_t CountOf(const IntUniform& law);

// index < CountOf.
Value NthValue(const Constant& law, uint64_t index);
Value NthValue(const Categorical& law, uint64_t index);
Value NthValue(const WeightedCategorical& law, uint64_t index);
Value NthValue(const IntUniform& law, uint64_t index);

// nullopt when the value is outside the domain.
std::optional<uint64_t> IndexOf(const Constant& law, const Value& value);
std::optional<uint64_t> IndexOf(const Categorical& law, const Value& value);
std::optional<uint64_t> IndexOf(const WeightedCategorical& law, const Value& value);
std::optional<uint64_t> IndexOf(const IntUniform& law, const Value& value);

// Any law may be given.
absl::Status Validate(const Constant& law);
absl::Status Validate(const Categorical& law);
absl::Status Validate(const WeightedCategorical& law);
absl::Status Validate(const IntUniform& law);

}  // namespace sweepd::laws
