// A typed spec from the wire, as the draft that the sweep file's check takes: so both get the same errors.
#pragma once

#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"
#include "sweepd/v1/sweep.pb.h"

namespace sweepd {

// What only the wire can get wrong (an enum value that is UNSPECIFIED or unknown, a value without a kind) is reported
// to `found` with the field's path.
SweepDraft DraftFromWire(const v1::SweepSpec& wire, ProblemList& found);

}  // namespace sweepd
