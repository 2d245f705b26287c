// The one check that stands between what somebody wrote and a SweepSpec.
#pragma once

#include <optional>

#include "server/core/sweep.h"
#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"

namespace sweepd {

struct ValidSpec {
  SweepSpec spec;           // every default filled in, save the seed
  bool seed_given = false;  // false: the caller draws spec.seed, below 2^63
};

// The spec; nullopt when `found` holds a problem afterwards, whoever put it there. Every mistake is reported, in the
// order of the draft (ArrangeProblems sorts by place). Warnings do not keep a sweep from being created.
std::optional<ValidSpec> ValidateDraft(const SweepDraft& draft, ProblemList& found);

}  // namespace sweepd
