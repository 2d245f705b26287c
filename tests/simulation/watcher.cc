#include "tests/simulation/watcher.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/core/limits.h"

namespace sweepd::simulation {

void Watcher::Resume(StoreReader& reader, WatchHub& hub, absl::Duration last_turn) {
  hub_ = &hub;
  started_ = scene_.queue.now();
  std::vector<std::string> known;
  for (const auto& [id, seen] : sweeps_) known.push_back(id);
  for (const std::string& id : known) {
    Subscribe(id);
    SweepHistory* seen = Find(id);
    const int64_t before = seen->revision();
    CatchUp(reader, id, last_turn);
    if (Find(id) != nullptr && Find(id)->revision() > before) scene_.coverage.Note(Interest::kUnansweredCommitFound);
  }
  FindNewSweeps(reader);
  woken_.clear();
}

void Watcher::FindNewSweeps(StoreReader& reader) {
  absl::StatusOr<std::vector<Sweep>> sweeps = reader.ListSweeps({{}, "", kMaxPageSize});
  if (!sweeps.ok()) return scene_.Violate(absl::StrCat("sweeps cannot be listed: ", sweeps.status().ToString()));
  for (const Sweep& sweep : *sweeps) {
    if (gone_.contains(sweep.id)) scene_.Violate(absl::StrCat("deleted sweep ", sweep.id, " came back"));
    if (Find(sweep.id) != nullptr) continue;
    Follow(sweep);
    CatchUp(reader, sweep.id, scene_.queue.now());
  }
}

void Watcher::Follow(const Sweep& sweep) {
  sweeps_.emplace(sweep.id, SweepHistory(sweep.spec));
  Subscribe(sweep.id);
}

void Watcher::Subscribe(const std::string& sweep_id) {
  hub_->Subscribe(sweep_id, [this, sweep_id] { woken_.insert(sweep_id); });
}

void Watcher::AfterTurn(StoreReader& reader) {
  if (std::exchange(expects_sweeps_, false)) FindNewSweeps(reader);
  for (const std::string& id : std::exchange(woken_, {})) CatchUp(reader, id, scene_.queue.now());
}

SweepHistory* Watcher::Find(const std::string& sweep_id) {
  const auto found = sweeps_.find(sweep_id);
  return found == sweeps_.end() ? nullptr : &found->second;
}

int64_t Watcher::CountRunning() const {
  int64_t running = 0;
  for (const auto& [id, seen] : sweeps_) running += seen.now().counts.running;
  return running;
}

void Watcher::NoteExtended(const TrialKey& trial, int64_t attempt) {
  SweepHistory* seen = Find(trial.sweep_id);
  SweepHistory::TrialRecord* record = seen == nullptr ? nullptr : seen->Find(trial.number);
  if (record != nullptr && record->attempt == attempt) record->extended = scene_.queue.now();
}

void Watcher::CatchUp(StoreReader& reader, const std::string& sweep_id, absl::Duration committed) {
  SweepHistory* seen = Find(sweep_id);
  if (seen == nullptr) return;
  const absl::StatusOr<Sweep> row = reader.FindSweep(sweep_id);
  if (absl::IsNotFound(row.status()) && history_.delete_requested.contains(sweep_id)) {
    scene_.coverage.Note(Interest::kSweepDeleted);
    gone_.insert(sweep_id);
    sweeps_.erase(sweep_id);
    return;
  }
  if (!row.ok()) return scene_.Violate(absl::StrCat("sweep ", sweep_id, ": ", row.status().ToString()));
  while (seen->revision() < row->revision) {
    const absl::StatusOr<std::vector<Event>> events = reader.ListEvents(sweep_id, seen->revision(), kMaxPageSize);
    if (!events.ok() || events->empty()) return scene_.Violate(absl::StrCat("sweep ", sweep_id, " lacks events"));
    for (const Event& event : *events) {
      SweepHistory::TrialRecord* trial = seen->Find(event.trial);
      const absl::Duration extended = trial == nullptr ? absl::ZeroDuration() : trial->extended;
      const bool was_lost = trial != nullptr && trial->state == TrialState::kLost;
      const std::string broken = seen->Apply(event, committed);
      if (!broken.empty()) return scene_.Violate(absl::StrCat("sweep ", sweep_id, ": ", broken));
      CheckExpiry(reader, {sweep_id, event.trial}, event, extended, committed);
      NoteInterest(event, was_lost);
    }
  }
  CheckRow(sweep_id, *seen, *row);
}

void Watcher::CheckRow(const std::string& sweep_id, const SweepHistory& seen, const Sweep& row) {
  if (row.revision != seen.revision()) {
    return scene_.Violate(
        absl::StrCat("sweep ", sweep_id, " is at revision ", row.revision, " after ", seen.revision(), " was seen"));
  }
  if (!(row.counts == seen.now().counts)) {
    return scene_.Violate(absl::StrCat("sweep ", sweep_id, ": its counters differ from its events"));
  }
  if (row.state != seen.now().state) {
    scene_.Violate(absl::StrCat("sweep ", sweep_id, " is ", std::string(SweepStateName(row.state)), ", not ",
                                std::string(SweepStateName(seen.now().state))));
  }
}

void Watcher::CheckExpiry(StoreReader& reader, const TrialKey& key, const Event& event, absl::Duration extended,
                          absl::Duration at) {
  if (event.kind != EventKind::kTrialLost) {
    if (event.kind != EventKind::kTrialFailed) return;
    const absl::StatusOr<Trial> trial = reader.FindTrial(key);
    if (!trial.ok() || trial->reason != TrialReason::kLost) return;
    scene_.coverage.Note(Interest::kLostForGood);
  }
  scene_.coverage.Note(Interest::kLeaseExpired);
  const absl::Duration from = std::max(extended, started_ <= at ? started_ : extended);
  absl::Duration earliest = from + scene_.scenario.lease_ttl;
  for (const auto& [begin, end] : gaps_) {
    if (begin >= from && end <= at) earliest += end - begin;
  }
  if (at >= earliest) return;
  scene_.Violate(absl::StrCat("sweep ", key.sweep_id, " trial ", key.number, " lost its lease at ",
                              absl::FormatDuration(at), ", though it was good until ", absl::FormatDuration(earliest)));
}

void Watcher::NoteInterest(const Event& event, bool was_lost) {
  Coverage& coverage = scene_.coverage;
  switch (event.kind) {
    case EventKind::kTrialRevived: return coverage.Note(Interest::kRevive);
    case EventKind::kTrialStarted: return coverage.Note(Interest::kTrialRequeued, was_lost ? 1 : 0);
    case EventKind::kTrialCancelled: return coverage.Note(Interest::kCancelledWhileRunning, event.attempt > 0 ? 1 : 0);
    case EventKind::kTrialStopDecided: return coverage.Note(Interest::kStoppedEarly);
    case EventKind::kSuggestionDegraded: return coverage.Note(Interest::kSuggestionDegraded);
    case EventKind::kSweepPaused: return coverage.Note(Interest::kStrategyPausedSweep, event.detail.empty() ? 0 : 1);
    case EventKind::kSweepStopping:
      coverage.Note(Interest::kTargetReached, event.detail == "TARGET_REACHED");
      coverage.Note(Interest::kRunCapReached, event.detail == "RUN_CAP_REACHED");
      coverage.Note(Interest::kSpaceExhausted, event.detail == "SPACE_EXHAUSTED");
      return;
    default: break;
  }
}

}  // namespace sweepd::simulation
