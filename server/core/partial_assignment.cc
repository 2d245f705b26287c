#include "server/core/partial_assignment.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/core/distribution.h"

namespace sweepd {
namespace {

// Whether the value may stand at this path of keys. The message names keys below it.
absl::Status CheckAt(const SearchSpace& space, std::vector<std::string>& path, const Value& value) {
  bool is_group = false;
  for (const Parameter& parameter : space.parameters()) {
    const std::vector<std::string> whole = PathOf(parameter);
    if (whole == path) return UnitOf(parameter.distribution, value).status();
    is_group |= whole.size() > path.size() && std::equal(path.begin(), path.end(), whole.begin());
  }
  if (!is_group) return absl::InvalidArgumentError("not a parameter of this sweep");
  if (!value.is_map()) return absl::InvalidArgumentError("must be a map of parameters");
  for (const auto& [name, part] : value.as_map()) {
    path.push_back(name);
    const absl::Status status = CheckAt(space, path, part);
    path.pop_back();
    if (!status.ok()) return absl::InvalidArgumentError(absl::StrCat(name, ": ", status.message()));
  }
  return absl::OkStatus();
}

Value FirstOrMedian(const Distribution& distribution) {
  return ValueCount(distribution).has_value() ? NthValue(distribution, 0) : ValueAt(distribution, 0.5);
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
  return CheckPart(space, std::vector<std::string>{std::string(name)}, value);
}

absl::Status CheckPart(const SearchSpace& space, std::vector<std::string> path, const Value& value) {
  return CheckAt(space, path, value);
}

absl::Status CheckConditions(const SearchSpace& space, const Assignment& given) {
  for (size_t i = 0; i < space.parameters().size(); ++i) {
    if (space.Find(given, i) == nullptr) continue;
    for (const Requirement& requirement : space.requirements(i)) {
      const Value* parent = space.Find(given, requirement.parent);
      if (parent != nullptr && requirement.Accepts(*parent)) continue;
      std::vector<std::string> values;
      for (const Value& value : requirement.values) values.push_back(ToJson(value));
      return absl::InvalidArgumentError(absl::StrCat(FlatName(space.parameters()[i]), " exists only when ",
                                                     FlatName(space.parameters()[requirement.parent]), " is ",
                                                     absl::StrJoin(values, " or ")));
    }
  }
  return absl::OkStatus();
}

Assignment CompleteAssignment(const SearchSpace& space, const Assignment& given, const Assignment& rest) {
  return space.Assign([&](size_t i) {
    const Distribution& distribution = space.parameters()[i].distribution;
    if (const Value* value = space.Find(given, i)) return Canonical(distribution, *value);
    const Value* value = space.Find(rest, i);
    return value != nullptr ? *value : FirstOrMedian(distribution);
  });
}

Assignment WithConstants(const SearchSpace& space, Assignment assignment) {
  const Assignment given = assignment;
  space.Assign([&](size_t i) {
    const Distribution& distribution = space.parameters()[i].distribution;
    if (const Value* value = space.Find(given, i)) return *value;
    if (std::holds_alternative<Constant>(distribution))
      space.Put(assignment, i, std::get<Constant>(distribution).value);
    return FirstOrMedian(distribution);
  });
  return assignment;
}

}  // namespace sweepd
