#include <algorithm>
#include <cmath>

#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/store/memory/memory_state.h"

namespace sweepd {
namespace {

template <class State>
bool Accepts(const std::vector<State>& states, State state) {
  return states.empty() || std::find(states.begin(), states.end(), state) != states.end();
}

bool HasFiniteObjective(const Trial& trial) { return trial.objective.has_value() && std::isfinite(*trial.objective); }

Goal GoalOf(const Sweep& sweep) {
  return sweep.spec->objective.has_value() ? sweep.spec->objective->goal : Goal::kMinimize;
}

// The order of TrialOrder::kBestFirst.
bool ComesBefore(Goal goal, const Trial& a, const Trial& b) {
  if (HasFiniteObjective(a) != HasFiniteObjective(b)) return HasFiniteObjective(a);
  if (HasFiniteObjective(a) && *a.objective != *b.objective) return IsBetter(goal, *a.objective, *b.objective);
  return a.key.number < b.key.number;
}

bool ComesBefore(const TrialQuery& query, Goal goal, const Trial& a, const Trial& b) {
  switch (query.order) {
    case TrialOrder::kNumber: return a.key.number < b.key.number;
    case TrialOrder::kNumberReverse: return a.key.number > b.key.number;
    case TrialOrder::kBestFirst: return ComesBefore(goal, a, b);
  }
  return false;
}

}  // namespace

absl::StatusOr<const MemoryState::SweepEntry*> MemoryState::SweepAt(absl::string_view id) const {
  return const_cast<MemoryState*>(this)->SweepAt(id);
}

absl::StatusOr<const MemoryState::TrialEntry*> MemoryState::TrialAt(const TrialKey& key) const {
  return const_cast<MemoryState*>(this)->TrialAt(key);
}

absl::StatusOr<const MemoryState::AttemptEntry*> MemoryState::AttemptAt(const TrialKey& trial, int64_t number) const {
  return const_cast<MemoryState*>(this)->AttemptAt(trial, number);
}

absl::StatusOr<Sweep> MemoryState::FindSweep(absl::string_view id) const {
  ASSIGN_OR_RETURN(const SweepEntry* entry, SweepAt(id));
  return entry->sweep;
}

absl::StatusOr<std::vector<Sweep>> MemoryState::ListSweeps(const SweepQuery& query) const {
  int64_t below = next_ordinal_;
  if (!query.after.empty()) {
    ASSIGN_OR_RETURN(const SweepEntry* after, SweepAt(query.after));
    below = after->ordinal;
  }
  std::map<int64_t, const Sweep*, std::greater<>> newest_first;
  for (const auto& [id, entry] : sweeps_) {
    if (entry.ordinal < below && Accepts(query.states, entry.sweep.state)) newest_first[entry.ordinal] = &entry.sweep;
  }
  std::vector<Sweep> page;
  for (const auto& [ordinal, sweep] : newest_first) {
    if (static_cast<int64_t>(page.size()) == query.limit) break;
    page.push_back(*sweep);
  }
  return page;
}

absl::StatusOr<Trial> MemoryState::FindTrial(const TrialKey& key) const {
  ASSIGN_OR_RETURN(const TrialEntry* entry, TrialAt(key));
  return entry->trial;
}

absl::StatusOr<std::vector<Trial>> MemoryState::ListTrials(absl::string_view sweep_id, const TrialQuery& query) const {
  ASSIGN_OR_RETURN(const SweepEntry* sweep, SweepAt(sweep_id));
  const Goal goal = GoalOf(sweep->sweep);
  Trial after;
  after.key.number = query.after;
  if (query.after != 0 && query.order == TrialOrder::kBestFirst) {
    ASSIGN_OR_RETURN(after, FindTrial({std::string(sweep_id), query.after}));
  }
  std::vector<const Trial*> found;
  for (const auto& [number, entry] : sweep->trials) {
    if (!Accepts(query.states, entry.trial.state)) continue;
    if (query.after == 0 || ComesBefore(query, goal, after, entry.trial)) found.push_back(&entry.trial);
  }
  std::sort(found.begin(), found.end(),
            [&](const Trial* a, const Trial* b) { return ComesBefore(query, goal, *a, *b); });
  std::vector<Trial> page;
  for (const Trial* trial : found) {
    if (static_cast<int64_t>(page.size()) == query.limit) break;
    page.push_back(*trial);
  }
  return page;
}

absl::StatusOr<std::optional<Trial>> MemoryState::FindRunnableTrial(absl::string_view sweep_id) const {
  ASSIGN_OR_RETURN(const SweepEntry* sweep, SweepAt(sweep_id));
  for (const auto& [number, entry] : sweep->trials) {
    if (entry.trial.state == TrialState::kPending || entry.trial.state == TrialState::kLost) return entry.trial;
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<Trial>> MemoryState::FindBestTrial(absl::string_view sweep_id) const {
  ASSIGN_OR_RETURN(const SweepEntry* sweep, SweepAt(sweep_id));
  const bool by_mean = sweep->sweep.spec->repeats > 1;
  const Trial* best = nullptr;
  for (const auto& [number, entry] : sweep->trials) {
    const Trial& trial = entry.trial;
    if (by_mean) {
      if (!trial.mean.has_value()) continue;
      if (best == nullptr || IsBetter(GoalOf(sweep->sweep), *trial.mean, *best->mean)) best = &trial;
      continue;
    }
    if (trial.state != TrialState::kSucceeded && trial.state != TrialState::kStopped) continue;
    if (!HasFiniteObjective(trial)) continue;
    if (best == nullptr || ComesBefore(GoalOf(sweep->sweep), trial, *best)) best = &trial;
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

absl::StatusOr<Attempt> MemoryState::FindAttempt(const TrialKey& trial, int64_t number) const {
  ASSIGN_OR_RETURN(const AttemptEntry* entry, AttemptAt(trial, number));
  return entry->attempt;
}

absl::StatusOr<std::vector<Attempt>> MemoryState::ListAttempts(const TrialKey& trial) const {
  ASSIGN_OR_RETURN(const TrialEntry* entry, TrialAt(trial));
  std::vector<Attempt> attempts;
  for (const auto& [number, attempt] : entry->attempts) attempts.push_back(attempt.attempt);
  return attempts;
}

absl::StatusOr<std::vector<Attempt>> MemoryState::ListRunningAttempts() const {
  std::vector<Attempt> running;
  for (const auto& [id, sweep] : sweeps_) {
    for (const auto& [number, trial] : sweep.trials) {
      for (const auto& [attempt_number, entry] : trial.attempts) {
        if (entry.attempt.state == AttemptState::kRunning) running.push_back(entry.attempt);
      }
    }
  }
  return running;
}

absl::StatusOr<std::optional<Attempt>> MemoryState::FindAttemptByRequest(absl::string_view agent_id,
                                                                         absl::string_view request_id) const {
  const auto found = attempts_by_request_.find({std::string(agent_id), std::string(request_id)});
  if (found == attempts_by_request_.end()) return std::nullopt;
  ASSIGN_OR_RETURN(Attempt attempt, FindAttempt(found->second.trial, found->second.number));
  return attempt;
}

absl::StatusOr<const std::map<MemoryState::PointKey, MetricPoint>*> MemoryState::PointsOf(const TrialKey& trial,
                                                                                          int64_t attempt) const {
  ASSIGN_OR_RETURN(const TrialEntry* entry, TrialAt(trial));
  if (attempt == 0) attempt = entry->trial.attempt;
  if (attempt == 0) return nullptr;
  ASSIGN_OR_RETURN(const AttemptEntry* found, AttemptAt(trial, attempt));
  return &found->points;
}

absl::StatusOr<std::vector<MetricPoint>> MemoryState::ListMetrics(const TrialKey& trial,
                                                                  const MetricQuery& query) const {
  std::vector<MetricPoint> page;
  ASSIGN_OR_RETURN(const auto* points, PointsOf(trial, query.attempt));
  if (points == nullptr) return page;
  auto point = query.after.has_value()
                   ? points->upper_bound({query.after->name, query.after->step, query.after->sequence})
                   : points->begin();
  for (; point != points->end() && static_cast<int64_t>(page.size()) < query.limit; ++point) {
    if (Accepts(query.names, point->second.name)) page.push_back(point->second);
  }
  return page;
}

absl::StatusOr<std::vector<std::string>> MemoryState::ListMetricNames(const TrialKey& trial, int64_t attempt) const {
  std::vector<std::string> names;
  ASSIGN_OR_RETURN(const auto* points, PointsOf(trial, attempt));
  if (points == nullptr) return names;
  for (const auto& [key, point] : *points) {
    if (names.empty() || names.back() != point.name) names.push_back(point.name);
  }
  return names;
}

absl::StatusOr<Agent> MemoryState::FindAgent(absl::string_view id) const {
  for (const Agent& agent : agents_) {
    if (agent.id == id) return agent;
  }
  return AgentNotFound(id);
}

absl::StatusOr<std::vector<Agent>> MemoryState::ListAgents(int64_t limit) const {
  std::vector<Agent> page;
  for (auto agent = agents_.rbegin(); agent != agents_.rend(); ++agent) {
    if (static_cast<int64_t>(page.size()) == limit) break;
    page.push_back(*agent);
  }
  return page;
}

absl::StatusOr<std::optional<StoredResponse>> MemoryState::FindResponse(absl::string_view request_id) const {
  const auto found = responses_.find(request_id);
  return found == responses_.end() ? std::nullopt : std::optional(found->second.response);
}

absl::StatusOr<std::vector<Event>> MemoryState::ListEvents(absl::string_view sweep_id, int64_t after,
                                                           int64_t limit) const {
  ASSIGN_OR_RETURN(const SweepEntry* sweep, SweepAt(sweep_id));
  std::vector<Event> page;
  for (const Event& event : sweep->events) {
    if (static_cast<int64_t>(page.size()) == limit) break;
    if (event.revision > after) page.push_back(event);
  }
  return page;
}

}  // namespace sweepd
