// From a document to a draft: which keys there are and of which type each is. What the values mean is checked later, in
// validate.h.
#pragma once

#include "server/spec/document.h"
#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"

namespace sweepd {

// Reports unknown keys, keys that are not supported, and wrong types.
SweepDraft ReadDraft(const DocumentNode& root, ProblemList& found);

}  // namespace sweepd
