// From the keys of one parameter to its distribution.
#pragma once

#include <optional>
#include <string>

#include "server/core/distribution.h"
#include "server/spec/parameter_shape.h"
#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"

namespace sweepd {

// The distribution that the draft describes, checked; nullopt after a report, and when a key is faulty (reported
// already). The keys that `shape` requires are given. `path` is the parameter's, for example "parameters.lr".
//
// Distributions over exponents become those over values. Equal categorical values become one, and values with
// probability 0 are left out, each with a warning.
std::optional<Distribution> BuildLaw(const ParameterDraft& draft, const Shape& shape, const std::string& path,
                                     ProblemList& found);

}  // namespace sweepd
