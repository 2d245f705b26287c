#include "server/engine/kept_history.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/core/limits.h"

namespace sweepd {
namespace {

bool IsPending(const Observation& observation) { return observation.outcome == Observation::Outcome::kPending; }

// All trials of the assignment of one of them, by ascending numbers.
absl::StatusOr<std::vector<Trial>> ReadGroup(StoreReader& reader, const Sweep& sweep, int64_t number) {
  ASSIGN_OR_RETURN(Trial trial, reader.FindTrial({sweep.id, number}));
  const int64_t first = GroupOf(trial);
  if (sweep.spec->repeats == 1) return std::vector<Trial>{std::move(trial)};
  ASSIGN_OR_RETURN(std::vector<Trial> trials,
                   reader.ListTrials(sweep.id, {{}, TrialOrder::kNumber, first - 1, sweep.spec->repeats}));
  std::erase_if(trials, [first](const Trial& other) { return GroupOf(other) != first; });
  return trials;
}

}  // namespace

absl::Status KeptHistory::Update(StoreReader& reader) {
  const absl::Status status = Advance(reader);
  if (!status.ok()) read_ = false;
  return status;
}

absl::Status KeptHistory::Advance(StoreReader& reader) {
  while (true) {
    ASSIGN_OR_RETURN(Sweep sweep, reader.FindSweep(sweep_id_));
    if (!read_) {
      // What changes while it reads has an event after this sweep's, and is read again in the next round.
      RETURN_IF_ERROR(ReadAll(reader, sweep));
      ++version_;
      read_ = true;
      sweep_ = std::move(sweep);
      continue;
    }
    ASSIGN_OR_RETURN(const std::set<int64_t> trials, ChangedTrials(reader, sweep));
    sweep_ = std::move(sweep);
    if (trials.empty()) break;
    ASSIGN_OR_RETURN(std::vector<Change> changes, ReadChanges(reader, trials));
    for (Change& change : changes) Apply(std::move(change));
    if (!places_hold_) PlaceAll();
    ++version_;
  }
  question_.index = sweep_.suggestions;
  return absl::OkStatus();
}

absl::Status KeptHistory::ReadAll(StoreReader& reader, const Sweep& sweep) {
  question_.history.clear();
  arrived_.clear();
  results_.clear();
  ASSIGN_OR_RETURN(std::vector<ObservedAssignment> all, ObserveAssignments(reader, sweep));
  for (ObservedAssignment& observed : all) {
    const Observation& observation = question_.history.emplace_back(std::move(observed.observation));
    if (IsPending(observation)) continue;
    arrived_.emplace(observation.trial, observed.arrived);
    results_.emplace(observed.arrived, observation.trial);
  }
  PlaceAll();
  return absl::OkStatus();
}

absl::StatusOr<std::set<int64_t>> KeptHistory::ChangedTrials(StoreReader& reader, const Sweep& sweep) const {
  std::set<int64_t> trials;
  for (int64_t revision = sweep_.revision; revision < sweep.revision;) {
    ASSIGN_OR_RETURN(const std::vector<Event> events, reader.ListEvents(sweep_id_, revision, kMaxPageSize));
    if (events.empty() || events.front().revision != revision + 1) {
      return absl::DataLossError(absl::StrCat("sweep ", sweep_id_, " lacks the event ", revision + 1));
    }
    for (const Event& event : events) {
      if (event.trial != 0 && ChangesHistory(event.kind)) trials.insert(event.trial);
    }
    revision = events.back().revision;
  }
  return trials;
}

absl::StatusOr<std::vector<KeptHistory::Change>> KeptHistory::ReadChanges(StoreReader& reader,
                                                                          const std::set<int64_t>& trials) const {
  const Objective objective = sweep_.spec->objective.value_or(Objective{});
  std::map<int64_t, std::vector<Trial>> groups;
  for (const int64_t number : trials) {
    ASSIGN_OR_RETURN(std::vector<Trial> group, ReadGroup(reader, sweep_, number));
    groups.insert_or_assign(GroupOf(group.front()), std::move(group));
  }
  std::vector<Change> changes;
  for (const auto& [first, group] : groups) {
    ASSIGN_OR_RETURN(std::optional<ObservedAssignment> now, ObserveAssignment(reader, objective, group));
    changes.push_back({first, std::move(now)});
  }
  // Several results that came since take their places one after the other.
  const auto time_of = [](const Change& change) {
    return change.now.has_value() ? change.now->arrived : absl::InfinitePast();
  };
  std::stable_sort(changes.begin(), changes.end(),
                   [&](const Change& a, const Change& b) { return time_of(a) < time_of(b); });
  return changes;
}

void KeptHistory::Apply(Change change) {
  std::vector<Observation>& history = question_.history;
  auto found = Find(change.first);
  const bool known = found != history.end() && found->trial == change.first;
  if (const auto before = arrived_.find(change.first); before != arrived_.end()) {
    const auto result = results_.find({before->second, change.first});
    if (std::next(result) != results_.end()) places_hold_ = false;
    results_.erase(result);
    arrived_.erase(before);
  }
  if (!change.now.has_value()) {
    if (known) history.erase(found);
    return;
  }
  if (known) {
    *found = std::move(change.now->observation);
  } else {
    found = history.insert(found, std::move(change.now->observation));
  }
  if (IsPending(*found)) return;
  arrived_.emplace(change.first, change.now->arrived);
  const auto result = results_.emplace(change.now->arrived, change.first).first;
  if (std::next(result) != results_.end()) places_hold_ = false;
  found->arrival = static_cast<int64_t>(results_.size());
}

void KeptHistory::PlaceAll() {
  int64_t place = 0;
  for (const Arrival& result : results_) Find(result.second)->arrival = ++place;
  places_hold_ = true;
}

std::vector<Observation>::iterator KeptHistory::Find(int64_t trial) {
  return std::lower_bound(question_.history.begin(), question_.history.end(), trial,
                          [](const Observation& observation, int64_t number) { return observation.trial < number; });
}

}  // namespace sweepd
