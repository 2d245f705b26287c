// The keys that say which trials are made beside the method's own choice, and when their failures pause the sweep:
// initial, repeats, max_failures and prior.
#pragma once

#include <optional>

#include "server/core/sweep.h"
#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"

namespace sweepd {

// Fills these keys of `spec`, of which space and run_cap are there already. `method` is nullopt when it is not known;
// an empty space is one that could not be read.
void ValidateTrialPlan(const SweepDraft& draft, std::optional<Method> method, SweepSpec& spec, ProblemList& found);

}  // namespace sweepd
