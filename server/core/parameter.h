// One hyperparameter: where it stands in an assignment, when it exists, and its law.
#pragma once

#include <string>
#include <vector>

#include "common/value.h"
#include "server/core/distribution.h"

namespace sweepd {

// The values of one trial's hyperparameters, by name; those of a group lie in a map of their own.
using Assignment = Value::Map;

// Another parameter has one of these values.
struct Condition {
  std::string parameter;  // its flat name
  std::vector<Value> values;
  bool operator==(const Condition&) const = default;
};

struct Parameter {
  std::string name;  // its key in the map that holds it
  Distribution distribution;
  // It is in an assignment only when all of these hold; a condition on a parameter that is not in it does not hold.
  std::vector<Condition> when{};
  // The maps it lies in, outermost first: {"optimizer", "schedule"} for optimizer: {schedule: {...}}.
  std::vector<std::string> groups{};
  bool operator==(const Parameter&) const = default;
};

// The keys that lead to its value: groups and name.
std::vector<std::string> PathOf(const Parameter& parameter);

// The path joined by dots, which names it in conditions and commands.
std::string FlatName(const Parameter& parameter);

// Whether `name` matches [A-Za-z_][A-Za-z0-9_.-]*.
bool IsParameterName(absl::string_view name);

}  // namespace sweepd
