// Assignments of a sweep file.
#pragma once

#include <string>
#include <vector>

#include "server/spec/assignment_draft.h"
#include "server/spec/document.h"
#include "server/spec/problem_list.h"

namespace sweepd {

// A list of maps from names to values. Reports what is of another type and leaves it out.
void ReadAssignments(const DocumentMember& member, const std::string& path, ProblemList& found,
                     Field<std::vector<AssignmentDraft>>& field);

}  // namespace sweepd
