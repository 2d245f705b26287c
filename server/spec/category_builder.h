// From values, and perhaps their probabilities, to a categorical distribution.
#pragma once

#include <optional>
#include <string>

#include "server/core/distribution.h"
#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"

namespace sweepd {

// Categorical, or WeightedCategorical when `are_weighted`; nullopt after a report, and when a key is faulty. Equal
// values become one, and values with probability 0 are left out, each with a warning. `path` is the parameter's.
std::optional<Distribution> BuildCategories(const ParameterDraft& draft, bool are_weighted, const std::string& path,
                                            ProblemList& found);

}  // namespace sweepd
