// Choosing how a sweep's progress is shown, and what its end means.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "client/exit_code.h"
#include "client/session.h"

namespace sweepd::client {

// Follows `sweep` to its end: a live view on a terminal, else one line for each event after a revision; JSON lines with
// -o json and jsonl. Gives the final state. `check` as in FollowSweep.
absl::StatusOr<v1::Sweep> ShowProgress(Session& session, const v1::Sweep& sweep, int64_t after_revision,
                                       absl::FunctionRef<absl::Status()> check);

// The same, with nothing shown but the loss of the controller.
absl::StatusOr<v1::Sweep> FollowQuietly(Session& session, const v1::Sweep& sweep,
                                        absl::FunctionRef<absl::Status()> check);

// kOk, or kNoSuccessfulTrial with a message on `err`.
ExitCode ReportOutcome(std::ostream& err, const v1::Sweep& sweep);

// Prints the best trial of a sweep in the session's format; PrintBestTrial asks the controller for it, and prints
// nothing for a sweep that has none.
void PrintBest(Session& session, const v1::Sweep& sweep, const v1::Trial& best);
absl::Status PrintBestTrial(Session& session, const v1::Sweep& sweep);

}  // namespace sweepd::client
