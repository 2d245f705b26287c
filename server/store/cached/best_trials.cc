#include "server/store/cached/best_trials.h"

#include "server/core/trial_result.h"

namespace sweepd {
namespace {

// In the order of StoreReader::FindBestTrial.
bool IsAhead(Goal goal, const Trial& trial, const Trial& best) {
  if (*trial.objective == *best.objective) return trial.key.number < best.key.number;
  return IsBetter(goal, *trial.objective, *best.objective);
}

}  // namespace

void BestTrials::Note(const Trial& trial, std::optional<Goal> goal) {
  const std::optional<Trial>* best = Find(trial.key.sweep_id);
  if (best == nullptr) return;
  // Who is next is not known when the best one falls back.
  const bool was_best = best->has_value() && (*best)->key == trial.key;
  if (was_best) return Forget(trial.key.sweep_id);
  if (!HasResult(trial)) return;
  if (!goal.has_value()) return Forget(trial.key.sweep_id);
  if (!best->has_value() || IsAhead(*goal, trial, **best)) Remember(trial.key.sweep_id, trial);
}

}  // namespace sweepd
