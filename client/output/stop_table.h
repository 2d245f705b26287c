// The decisions to stop a trial's attempts early, as a table.
#pragma once

#include <ostream>

#include "absl/time/time.h"
#include "client/output/terminal.h"
#include "sweepd/v1/sweep_service.pb.h"

namespace sweepd::client {

// A blank line and a row for each attempt that was told to stop; nothing when there is none.
void PrintStops(std::ostream& out, const Terminal& terminal, const v1::GetTrialResponse& response, absl::TimeZone zone);

}  // namespace sweepd::client
