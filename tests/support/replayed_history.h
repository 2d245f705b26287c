// What a method knew at a moment of a sweep's past, from the sweep's log alone.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "server/core/event.h"
#include "server/core/trial.h"
#include "server/strategy/strategy.h"

namespace sweepd {

// The history before the event `revision`. Written apart from the engine's own, for sweeps without repeats whose failed
// trials count as clearly bad. `trials` are all of the sweep's, of which only what never changes is used.
inline std::vector<Observation> ReplayHistory(const std::vector<Event>& events, const std::vector<Trial>& trials,
                                              int64_t revision) {
  std::map<int64_t, Observation> known;
  std::map<int64_t, absl::Time> ends;
  for (const Event& event : events) {
    if (event.revision >= revision) break;
    Observation observation{event.trial, {}};
    if (event.trial != 0) observation.assignment = trials[static_cast<size_t>(event.trial) - 1].assignment;
    switch (event.kind) {
      case EventKind::kTrialCreated:
      case EventKind::kTrialAdded:
      case EventKind::kTrialRetried: ends.erase(event.trial); break;
      case EventKind::kTrialSucceeded:
      case EventKind::kTrialStopped:
      case EventKind::kTrialFailed: {
        const bool has_value = event.kind != EventKind::kTrialFailed && event.objective.has_value();
        observation.outcome = has_value ? Observation::Outcome::kValue : Observation::Outcome::kFailed;
        if (has_value) observation.objective = *event.objective;
        ends[event.trial] = event.time;
        break;
      }
      case EventKind::kTrialCancelled:
        known.erase(event.trial);
        ends.erase(event.trial);
        continue;
      default: continue;
    }
    known[event.trial] = std::move(observation);
  }
  std::vector<std::pair<absl::Time, int64_t>> arrivals;
  for (const auto& [trial, end] : ends) arrivals.emplace_back(end, trial);
  std::sort(arrivals.begin(), arrivals.end());
  for (size_t i = 0; i < arrivals.size(); ++i) known[arrivals[i].second].arrival = static_cast<int64_t>(i) + 1;
  std::vector<Observation> history;
  for (auto& [trial, observation] : known) history.push_back(std::move(observation));
  return history;
}

}  // namespace sweepd
