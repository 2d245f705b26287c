// The rules that decide what becomes of a trial: pure functions, tested by tables.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/core/metric.h"
#include "server/core/sweep.h"
#include "server/core/trial.h"
#include "server/engine/requests.h"

namespace sweepd {

// Where an attempt and its trial go.
struct TrialVerdict {
  AttemptState attempt = AttemptState::kSucceeded;
  TrialState trial = TrialState::kSucceeded;  // kPending: the same trial is run again
  TrialReason reason = TrialReason::kNone;
  std::string message;
};

// The verdict on a finished attempt. `trial` is as it stands before the end; `reported` are the names of the metrics
// that the attempt reported, for the message about a missing objective; empty is fine where there is one.
TrialVerdict JudgeFinish(const SweepSpec& spec, const Trial& trial, const FinishReport& report,
                         const std::vector<std::string>& reported);

// The verdict on an attempt that was told to stop, however it ended, and also when its lease expired: another attempt
// would only repeat what was not worth going on with.
TrialVerdict JudgeStopped(const StopDecision& decision);

// The verdict on an attempt whose lease expired: the trial is LOST, or FAILED when retries.lost is spent.
TrialVerdict JudgeLoss(const SweepSpec& spec, const Trial& trial);

// The verdict on an attempt whose agent let it run on far beyond trial_timeout: it has failed.
TrialVerdict JudgeTimeout(const SweepSpec& spec, const Trial& trial);

// Takes a report into the trial's objective: the best finite value, or the last value of any kind (objective.h). Until
// a finite value comes the aggregate of kBest is the last non-finite one. Returns whether the objective changed.
bool AggregateObjective(const Objective& objective, const MetricReport& report, Trial& trial);

// Whether an accepted objective ends the search.
bool ReachesTarget(const Objective& objective, double value);

}  // namespace sweepd
