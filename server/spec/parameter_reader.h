// Parameters of a sweep file, nested ones included, as drafts.
#pragma once

#include <string>
#include <vector>

#include "server/spec/document.h"
#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"

namespace sweepd {

// The map under `parameters`, of a sweep or of a parameter.
void ReadParameters(const DocumentMember& member, const std::string& path, ProblemList& found,
                    Field<std::vector<ParameterDraft>>& field);

}  // namespace sweepd
