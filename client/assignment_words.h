// The assignment of a trial as people type it: "lr=0.1 optimizer=adam".
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/value.h"
#include "sweepd/v1/sweep.pb.h"

namespace sweepd::client {

// A value as a sweep file has it: JSON (0.1, true, null, "text", [1, 2], {"a": 1}), or a plain scalar of YAML's core
// schema (True, ~, .5); everything else is text. Numbers that are not finite are text.
Value ParseScalarWord(absl::string_view word);

// "name=value" for each parameter. A name of the spec is taken as it is; "p.a" where p is a parameter of the spec is
// the value a inside p. INVALID_ARGUMENT for a word without "=" or a name given twice.
absl::StatusOr<Value::Map> ParseAssignmentWords(const std::vector<std::string>& words, const v1::SweepSpec& spec);

}  // namespace sweepd::client
