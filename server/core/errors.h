// The errors of the domain, one named function each, so that one mistake has one text everywhere.
//
// A status may carry a machine-readable reason, a hint what to do, and when to come back (common/retry_after.h); the
// wire sends all to the caller.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/retry_after.h"
#include "server/core/sweep.h"
#include "server/core/trial.h"

namespace sweepd {

// Attaches a reason (UPPER_SNAKE_CASE, stable) and a hint to a status.
absl::Status WithReason(absl::Status status, absl::string_view reason, absl::string_view hint);

// The sequence that SequenceGap attached; 0 for every other status.
int64_t ExpectedSequenceOf(const absl::Status& status);

// What WithReason attached; "" when nothing.
std::string ReasonOf(const absl::Status& status);
std::string HintOf(const absl::Status& status);

absl::Status SweepNotFound(absl::string_view sweep_id);                    // NOT_FOUND SWEEP_NOT_FOUND
absl::Status TrialNotFound(const TrialKey& key);                           // NOT_FOUND TRIAL_NOT_FOUND
absl::Status AttemptNotFound(const TrialKey& key, int64_t attempt);        // NOT_FOUND ATTEMPT_NOT_FOUND
absl::Status NoSuccessfulTrial(absl::string_view sweep_id);                // NOT_FOUND NO_SUCCESSFUL_TRIAL
absl::Status NoObjective(absl::string_view sweep_id);                      // FAILED_PRECONDITION NO_OBJECTIVE
absl::Status NothingToJudgeBy(absl::string_view sweep_id);                 // FAILED_PRECONDITION NO_OBJECTIVE
absl::Status WrongSweepState(const Sweep& sweep, absl::string_view verb);  // FAILED_PRECONDITION WRONG_STATE
absl::Status PriorUnusable(size_t index, absl::string_view why,
                           absl::string_view hint);                              // INVALID_ARGUMENT INVALID_PRIOR
absl::Status NothingLeftToDo(const Sweep& sweep);                                // FAILED_PRECONDITION NOTHING_LEFT
absl::Status SweepStillOpen(const Sweep& sweep);                                 // FAILED_PRECONDITION SWEEP_OPEN
absl::Status AgentNotFound(absl::string_view agent_id);                          // NOT_FOUND AGENT_NOT_FOUND
absl::Status LeaseLost(const TrialKey& key, int64_t attempt);                    // FAILED_PRECONDITION LEASE_LOST
absl::Status SequenceGap(const TrialKey& key, int64_t expected, int64_t given);  // FAILED_PRECONDITION SEQUENCE_GAP
absl::Status RequestIdReused(absl::string_view request_id);                      // INVALID_ARGUMENT REQUEST_ID_REUSED

// Of the verbs on single trials. FAILED_PRECONDITION WRONG_STATE, FAILED_PRECONDITION RUN_CAP_REACHED, INVALID_ARGUMENT
// OUTSIDE_SPACE.
absl::Status WrongTrialState(const Trial& trial, absl::string_view verb, absl::string_view cure);
absl::Status RunCapReached(const Sweep& sweep);
absl::Status OutsideSpace(const Sweep& sweep, const absl::Status& why);

// The same call may succeed later: these say when it is worth a try (RetryAfterOf).
absl::Status Overloaded(absl::string_view what, absl::Duration retry_after);  // RESOURCE_EXHAUSTED OVERLOADED
absl::Status DiskFull(absl::string_view message);                             // RESOURCE_EXHAUSTED DISK_FULL
absl::Status ShuttingDown();                                                  // UNAVAILABLE SHUTTING_DOWN

}  // namespace sweepd
