// The space a sweep searches: named parameters with their distributions, valid by construction.
//
// Parameters may lie in groups, which are maps in the assignment, to any depth. A parameter with conditions is
// *active*, that is, in the assignment, only when they hold; a group is in it when one of its members is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/value.h"
#include "server/core/dependencies.h"
#include "server/core/distribution.h"
#include "server/core/parameter.h"

namespace sweepd {

// Immutable; safe to share between threads.
class SearchSpace {
 public:
  // The empty space, for containers; no sweep has it.
  SearchSpace() = default;

  // INVALID_ARGUMENT when there is no parameter, when a name is malformed, when two have one flat name, when one is
  // both a value and a group, when a distribution is not valid, or when a condition is not; the message begins with the
  // parameter's flat name. Conditions are kept in the order of their names, two on one parameter as one.
  static absl::StatusOr<SearchSpace> Create(std::vector<Parameter> parameters);

  // Sorted by their paths: names in order at every level.
  const std::vector<Parameter>& parameters() const { return parameters_; }

  // The conditions of the index-th parameter; empty when it is always active.
  const std::vector<Requirement>& requirements(size_t index) const { return dependencies_.requirements[index]; }

  // Every index once, parents before those that depend on them.
  const std::vector<size_t>& order() const { return dependencies_.order; }

  // Whether some parameter has conditions.
  bool is_conditional() const { return is_conditional_; }

  // Number of different assignments; nullopt when a parameter has infinitely many values, or when the conditions are
  // too entangled to count (space_cells.h). Saturates at 2^64 - 1.
  std::optional<uint64_t> GridSize() const { return size_; }

  // The assignment that takes value_of(index) for every active parameter. Parents are asked for first, inactive ones
  // never. The values must lie in their domains.
  Assignment Assign(absl::FunctionRef<Value(size_t)> value_of) const;

  // The value of the index-th parameter; null when it has none.
  const Value* Find(const Assignment& assignment, size_t index) const;

  // Gives the index-th parameter a value.
  void Put(Assignment& assignment, size_t index, Value value) const;

  // INVALID_ARGUMENT unless the assignment holds exactly the active parameters, each with a value of its domain.
  absl::Status CheckAssignment(const Assignment& assignment) const;

  bool operator==(const SearchSpace&) const = default;

 private:
  SearchSpace(std::vector<Parameter> parameters, Dependencies dependencies);

  // Whether the conditions hold, given the values of the parents.
  bool IsActive(const Assignment& assignment, size_t index) const;
  absl::Status CheckNames(const Assignment& map, std::vector<std::string>& path) const;

  std::vector<Parameter> parameters_;
  std::vector<std::vector<std::string>> paths_;  // of each parameter
  Dependencies dependencies_;
  bool is_conditional_ = false;
  std::optional<uint64_t> size_;
};

}  // namespace sweepd
