// From a parameter's draft to its distribution.
#pragma once

#include <optional>
#include <string>

#include "server/core/distribution.h"
#include "server/core/sweep.h"
#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"

namespace sweepd {

// nullopt after a report. The draft is not a group. `path` is its path in messages, for example "parameters.lr".
// `method` is nullopt when it is not known; grid takes constant, categorical, int_uniform and q_uniform.
std::optional<Distribution> ValidateParameter(const ParameterDraft& draft, const std::string& path,
                                              std::optional<Method> method, ProblemList& found);

// Reports the keys of a law, which a group has none of.
void ValidateGroupKeys(const ParameterDraft& draft, const std::string& path, ProblemList& found);

}  // namespace sweepd
