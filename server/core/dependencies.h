// Which parameters exist only with values of others: conditions with their names looked up.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "server/core/parameter.h"

namespace sweepd {

// A condition whose parameter is found: the parent has one of these values.
struct Requirement {
  size_t parent;  // index among the parameters
  std::vector<Value> values;
  bool operator==(const Requirement&) const = default;

  // Whether `value` is one of `values`, as a grid point is (1 and 1.0 are one).
  bool Accepts(const Value& value) const;
};

// One mistake in one condition.
struct ConditionProblem {
  size_t parameter;             // index of the one that has it
  size_t condition;             // index in its `when`
  std::optional<size_t> value;  // index in the condition's values, when it is about one of them
  std::string message;
  std::string hint;  // may be empty
};

struct Dependencies {
  std::vector<std::vector<Requirement>> requirements;  // of each parameter, by the parent's name
  std::vector<size_t> order;                           // every index once, parents before those that depend on them
  bool operator==(const Dependencies&) const = default;
};

// The dependencies of `parameters`, whose laws are valid and whose flat names differ; or every mistake: a name that no
// parameter has, a parent without a finite number of values, a value outside its domain, conditions that cannot hold
// together, a cycle.
std::optional<Dependencies> ResolveConditions(const std::vector<Parameter>& parameters,
                                              std::vector<ConditionProblem>& problems);

}  // namespace sweepd
