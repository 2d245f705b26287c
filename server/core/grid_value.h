// When two values are the same point of a grid.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/value.h"

namespace sweepd {

// Whether two categorical values are one grid point: equal, or equal as numbers (1 and 1.0; never true and 1).
bool SameGridValue(const Value& a, const Value& b);

// A text that two values share exactly when they are one grid point, to find equal ones among many.
std::string GridKey(const Value& value);

// An integer, or a floating-point number that equals one.
std::optional<int64_t> WholeNumber(const Value& value);

}  // namespace sweepd
