// The check of stdout_pattern: what `stdout_metrics: regex` reads metrics with.
#pragma once

#include "server/core/sweep.h"
#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"

namespace sweepd {

// Fills spec.stdout_patterns. Method, objective and stdout_metrics of `spec` are there already.
void ValidateStdoutPattern(const SweepDraft& draft, SweepSpec& spec, ProblemList& found);

}  // namespace sweepd
