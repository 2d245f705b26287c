// The space a sweep searches: named parameters with their distributions, valid by construction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/value.h"
#include "server/core/distribution.h"

namespace sweepd {

// The values of one trial's hyperparameters, by name.
using Assignment = Value::Map;

struct Parameter {
  std::string name;
  Distribution distribution;
  bool operator==(const Parameter&) const = default;
};

// Immutable; safe to share between threads.
class SearchSpace {
 public:
  // The empty space, for containers; no sweep has it.
  SearchSpace() = default;

  // INVALID_ARGUMENT when there is no parameter, when a name is malformed or used twice, or when a distribution is not
  // valid; the message begins with the parameter's name.
  static absl::StatusOr<SearchSpace> Create(std::vector<Parameter> parameters);

  // Sorted by name.
  const std::vector<Parameter>& parameters() const { return parameters_; }

  // Number of points of the full product; nullopt when a parameter is continuous. Saturates at 2^64 - 1.
  std::optional<uint64_t> GridSize() const;

  // INVALID_ARGUMENT unless the assignment holds exactly this space's names, each with a value of its domain.
  absl::Status CheckAssignment(const Assignment& assignment) const;

  bool operator==(const SearchSpace&) const = default;

 private:
  explicit SearchSpace(std::vector<Parameter> parameters) : parameters_(std::move(parameters)) {}

  std::vector<Parameter> parameters_;
};

// Whether `name` matches [A-Za-z_][A-Za-z0-9_.-]*.
bool IsParameterName(absl::string_view name);

}  // namespace sweepd
