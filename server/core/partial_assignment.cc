#include "server/core/partial_assignment.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/core/distribution.h"

namespace sweepd {
namespace {

const Parameter* FindParameter(const SearchSpace& space, absl::string_view name) {
  for (const Parameter& parameter : space.parameters()) {
    if (parameter.name == name) return &parameter;
  }
  return nullptr;
}

// The value as the distribution itself gives it.
Value Canonical(const Distribution& distribution, const Value& value) {
  const std::optional<uint64_t> count = ValueCount(distribution);
  if (!count.has_value()) return value.is_number() ? Value(value.as_double()) : value;
  const absl::StatusOr<double> unit = UnitOf(distribution, value);
  if (!unit.ok()) return value;
  const auto index = static_cast<uint64_t>(*unit * static_cast<double>(*count));
  const Value own = NthValue(distribution, std::min(index, *count - 1));
  // Beyond 2^53 values the index is not exact; the number is.
  if (own.is_int() && value.is_int()) return value;
  if (own.is_int() && value.is_double()) return Value(static_cast<int64_t>(value.as_double()));
  // A multiple of q may be given with a rounding error; the value of another cell never replaces it.
  if (own.is_double() && value.is_number() && UnitOf(distribution, own).value_or(-1) == *unit) return own;
  return value;
}

}  // namespace

absl::Status CheckPart(const SearchSpace& space, absl::string_view name, const Value& value) {
  const Parameter* parameter = FindParameter(space, name);
  if (parameter == nullptr) return absl::InvalidArgumentError("not a parameter of this sweep");
  return UnitOf(parameter->distribution, value).status();
}

Assignment CompleteAssignment(const SearchSpace& space, const Assignment& given, Assignment rest) {
  for (const auto& [name, value] : given) {
    const Parameter* parameter = FindParameter(space, name);
    if (parameter != nullptr) rest.insert_or_assign(name, Canonical(parameter->distribution, value));
  }
  return rest;
}

}  // namespace sweepd
