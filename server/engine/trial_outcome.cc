#include "server/engine/trial_outcome.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/closest_word.h"
#include "common/value.h"

namespace sweepd {
namespace {

TrialVerdict Failed(TrialReason reason, std::string message) {
  return {AttemptState::kFailed, TrialState::kFailed, reason, std::move(message)};
}

std::string NoMetricMessage(const std::string& wanted, const std::vector<std::string>& reported) {
  std::string message = absl::StrCat("the program ended without reporting \"", wanted, "\"");
  if (reported.empty()) return absl::StrCat(message, "; it reported no metric at all");
  absl::StrAppend(&message, "; it reported ", absl::StrJoin(reported, ", "));
  const std::string closest = ClosestWord(wanted, reported);
  if (!closest.empty()) absl::StrAppend(&message, "; did you mean \"", closest, "\"?");
  return message;
}

TrialVerdict JudgeCompleted(const SweepSpec& spec, const Trial& trial, const std::vector<std::string>& reported) {
  if (spec.objective.has_value()) {
    if (!trial.objective.has_value()) {
      return Failed(TrialReason::kNoMetric, NoMetricMessage(spec.objective->metric, reported));
    }
    if (!std::isfinite(*trial.objective)) {
      return Failed(TrialReason::kBadMetric,
                    absl::StrCat("\"", spec.objective->metric, "\" is ", FormatDouble(*trial.objective)));
    }
  }
  return {AttemptState::kSucceeded, TrialState::kSucceeded, TrialReason::kNone, ""};
}

TrialVerdict JudgeFailed(const SweepSpec& spec, const Trial& trial, TrialReason reason, const std::string& message) {
  TrialVerdict verdict = Failed(reason, message);
  if (trial.failed_attempts < spec.retries.failed) verdict.trial = TrialState::kPending;
  return verdict;
}

TrialVerdict JudgeTimedOut(const SweepSpec& spec, const Trial& trial, const std::string& message) {
  return JudgeFailed(spec, trial, TrialReason::kTimeout, message.empty() ? "it ran too long" : message);
}

std::string ExitMessage(const FinishReport& report) {
  if (!report.message.empty() || !report.exit_code.has_value()) return report.message;
  return absl::StrCat("exit code ", *report.exit_code);
}

}  // namespace

TrialVerdict JudgeFinish(const SweepSpec& spec, const Trial& trial, const FinishReport& report,
                         const std::vector<std::string>& reported) {
  switch (report.outcome) {
    case Outcome::kCompleted: return JudgeCompleted(spec, trial, reported);
    case Outcome::kFailed: return JudgeFailed(spec, trial, TrialReason::kExitCode, ExitMessage(report));
    case Outcome::kLaunchFailed: return JudgeFailed(spec, trial, TrialReason::kLaunchFailed, report.message);
    case Outcome::kStopped: return {AttemptState::kStopped, TrialState::kStopped, TrialReason::kNone, report.message};
    case Outcome::kTimedOut: return JudgeTimedOut(spec, trial, report.message);
    case Outcome::kPreempted: break;
  }
  const bool again = trial.lost_attempts < spec.retries.lost;
  return {AttemptState::kPreempted, again ? TrialState::kPending : TrialState::kFailed, TrialReason::kPreempted,
          report.message};
}

TrialVerdict JudgeStopped(const StopDecision& decision) {
  return {AttemptState::kStopped, TrialState::kStopped, TrialReason::kStoppedEarly, DescribeStop(decision)};
}

TrialVerdict JudgeLoss(const SweepSpec& spec, const Trial& trial) {
  if (trial.lost_attempts < spec.retries.lost) {
    return {AttemptState::kLost, TrialState::kLost, TrialReason::kLost,
            "the agent was not heard of for the lease time"};
  }
  return {AttemptState::kLost, TrialState::kFailed, TrialReason::kLost,
          absl::StrCat("the agent was lost in ", trial.lost_attempts + 1,
                       " attempts, which is more than retries.lost = ", spec.retries.lost, " allows")};
}

TrialVerdict JudgeTimeout(const SweepSpec& spec, const Trial& trial) {
  const absl::Duration timeout = spec.trial_timeout.value_or(absl::ZeroDuration());
  return JudgeFailed(spec, trial, TrialReason::kTimeout,
                     absl::StrCat("its agent did not end it at trial_timeout: ", absl::FormatDuration(timeout),
                                  "; the controller did, some time later"));
}

bool AggregateObjective(const Objective& objective, const MetricReport& report, Trial& trial) {
  const auto found = report.values.find(objective.metric);
  if (found == report.values.end()) return false;
  const double value = found->second;
  if (objective.aggregation == Aggregation::kBest && trial.objective.has_value() && std::isfinite(*trial.objective) &&
      !(std::isfinite(value) && IsBetter(objective.goal, value, *trial.objective))) {
    return false;
  }
  trial.objective = value;
  trial.objective_step = report.step;
  return true;
}

bool ReachesTarget(const Objective& objective, double value) {
  return objective.target.has_value() && !IsBetter(objective.goal, *objective.target, value);
}

}  // namespace sweepd
