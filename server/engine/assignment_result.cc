#include "server/engine/assignment_result.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sweepd {

AssignmentResult JudgeAssignment(const std::vector<Trial>& trials) {
  AssignmentResult result;
  std::vector<double> objectives;
  for (const Trial& trial : trials) {
    if (!IsTerminal(trial.state)) return result;
    if (!HasResult(trial)) continue;
    if (objectives.empty()) result.trial = trial.key.number;
    objectives.push_back(*trial.objective);
  }
  if (!objectives.empty()) {
    result.outcome = AssignmentResult::Outcome::kValue;
    result.mean = MeanOf(objectives);
    return result;
  }
  const bool all_cancelled = std::all_of(trials.begin(), trials.end(),
                                         [](const Trial& trial) { return trial.state == TrialState::kCancelled; });
  result.outcome = all_cancelled ? AssignmentResult::Outcome::kCancelled : AssignmentResult::Outcome::kFailed;
  return result;
}

double MeanOf(const std::vector<double>& numbers) {
  const auto count = static_cast<double>(numbers.size());
  const double sum = std::accumulate(numbers.begin(), numbers.end(), 0.0);
  if (std::isfinite(sum)) return sum / count;
  return std::accumulate(numbers.begin(), numbers.end(), 0.0,
                         [count](double mean, double number) { return mean + number / count; });
}

}  // namespace sweepd
