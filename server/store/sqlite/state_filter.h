// A list of states as one parameter of a query: `(?1 IS NULL OR state IN (SELECT value FROM json_each(?1)))`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/value.h"

namespace sweepd {

// The states' names as a JSON array; nullopt for none, which means all.
template <class State>
std::optional<std::string> StateFilter(const std::vector<State>& states, absl::string_view (*name)(State)) {
  if (states.empty()) return std::nullopt;
  Value::List names;
  for (const State state : states) names.push_back(Value(std::string(name(state))));
  return ToJson(Value(std::move(names)));
}

}  // namespace sweepd
