// Values of some of a space's parameters: what a user gives, and the method fills up.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/value.h"
#include "server/core/search_space.h"

namespace sweepd {

// INVALID_ARGUMENT unless `name`, a key of an assignment, is a parameter of the space and `value` of its domain, or a
// group of parameters and a map of such. The message says what is wrong and repeats only names inside the group.
absl::Status CheckPart(const SearchSpace& space, absl::string_view name, const Value& value);

// The same for what stands at a path of names: a parameter or a group inside of groups.
absl::Status CheckPart(const SearchSpace& space, std::vector<std::string> path, const Value& value);

// INVALID_ARGUMENT unless the conditions of every given parameter hold by given values, so that it exists whatever the
// others are. The parts pass CheckPart.
absl::Status CheckConditions(const SearchSpace& space, const Assignment& given);

// An assignment of the space: the given values, in the form that the space itself gives them (2.0 of an int_uniform is
// 2), and the other parameters' values from `rest`, which is an assignment of the space. A parameter that only the
// given values bring into being has its first value, or its median when it has infinitely many. `given` passes both
// checks.
Assignment CompleteAssignment(const SearchSpace& space, const Assignment& given, const Assignment& rest);

// The assignment with the constants of the space that it leaves out. Its parts pass CheckPart.
Assignment WithConstants(const SearchSpace& space, Assignment assignment);

}  // namespace sweepd
