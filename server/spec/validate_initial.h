// The check of the assignments that a sweep tries first.
#pragma once

#include <optional>
#include <vector>

#include "server/core/sweep.h"
#include "server/spec/assignment_draft.h"
#include "server/spec/problem_list.h"

namespace sweepd {

// Fills `spec.initial` from the draft, for the space and of the method that the spec has. Nothing is said about names
// and values when the space is empty, for then it could not be read.
void ValidateInitial(const Field<std::vector<AssignmentDraft>>& draft, std::optional<Method> method, SweepSpec& spec,
                     ProblemList& found);

}  // namespace sweepd
