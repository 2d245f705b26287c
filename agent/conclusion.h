// How an ended program counts.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agent/controller.h"
#include "agent/process.h"
#include "agent/wind_down.h"

namespace sweepd::agent {

// Most of a message that the controller keeps, in bytes.
inline constexpr size_t kMaxMessageBytes = 4096;

// How an attempt counts that ended with `status` while it was being wound down for `cause`. `preempting`: the program
// said that it was ending for its machine's sake; exit code 75 (EX_TEMPFAIL of sysexits.h) says the same. An attempt
// that the agent ended is given back even when its program then ended well: it may have been on its way to a checkpoint
// only.
Outcome DecideOutcome(WindDown::Cause cause, const ExitStatus& status, bool preempting);

// "COMPLETED", "FAILED", ...
absl::string_view OutcomeName(Outcome outcome);

// What a failed program's user should read: how it ended, unless an exit code says it all, and the last lines of its
// output. At most kMaxMessageBytes.
std::string FailureMessage(const ExitStatus& status, absl::string_view last_lines);
// The same for a program that was ended because it ran too long.
std::string TimeoutMessage(absl::Duration timeout, absl::string_view last_lines);

}  // namespace sweepd::agent
