// From a parameter's draft to its distribution.
#pragma once

#include <optional>
#include <string>

#include "server/core/distribution.h"
#include "server/core/sweep.h"
#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"

namespace sweepd {

// nullopt after a report. `method` is nullopt when it is not known; grid refuses continuous distributions.
std::optional<Distribution> ValidateParameter(const ParameterDraft& draft, std::optional<Method> method,
                                              ProblemList& found);

}  // namespace sweepd
