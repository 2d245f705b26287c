// The check of early_terminate: which keys a rule needs and takes, and what their numbers may be.
#pragma once

#include <optional>

#include "server/core/early_terminate.h"
#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"

namespace sweepd {

// nullopt after a report. `field` has a value; when it is faulty too, some of its keys were not understood, and what is
// missing is not reported.
std::optional<EarlyTerminate> ValidateEarlyTerminate(const Field<EarlyTerminateDraft>& field, ProblemList& found);

}  // namespace sweepd
