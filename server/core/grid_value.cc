#include "server/core/grid_value.h"

#include <cmath>

#include "absl/strings/str_cat.h"

namespace sweepd {

std::optional<int64_t> WholeNumber(const Value& value) {
  if (value.is_int()) return value.as_int();
  if (!value.is_double()) return std::nullopt;
  const double number = value.as_double();
  if (number != std::floor(number) || number < -0x1p63 || number >= 0x1p63) return std::nullopt;
  return static_cast<int64_t>(number);
}

bool SameGridValue(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return GridKey(a) == GridKey(b);
  return a == b;
}

std::string GridKey(const Value& value) {
  const std::optional<int64_t> whole = WholeNumber(value);
  if (whole.has_value()) return absl::StrCat(*whole);
  return ToJson(value);
}

}  // namespace sweepd
