// Values of some of a space's parameters: what a user gives, and the method fills up.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/value.h"
#include "server/core/search_space.h"

namespace sweepd {

// INVALID_ARGUMENT unless `name` is a parameter of the space and `value` of its domain; the message says what is wrong
// and does not repeat the name.
absl::Status CheckPart(const SearchSpace& space, absl::string_view name, const Value& value);

// An assignment of the space: the given values, in the form that the space itself gives them (2.0 of an int_uniform is
// 2), and the other parameters' values from `rest`, which is an assignment of the space. `given` passes CheckPart.
Assignment CompleteAssignment(const SearchSpace& space, const Assignment& given, Assignment rest);

}  // namespace sweepd
