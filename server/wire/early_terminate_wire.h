// EarlyTerminate to the wire, and from it as a draft: a proto can be half filled.
#pragma once

#include "server/core/early_terminate.h"
#include "server/spec/sweep_draft.h"
#include "sweepd/v1/sweep.pb.h"

namespace sweepd {

v1::EarlyTerminate EarlyTerminateToWire(const EarlyTerminate& rule);

// Without a rule the draft has no type, which validate.h reports.
EarlyTerminateDraft EarlyTerminateFromWire(const v1::EarlyTerminate& wire);

}  // namespace sweepd
