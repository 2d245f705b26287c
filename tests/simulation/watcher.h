// Follows every sweep by its events, as a watching client does, and checks each one as it comes.
//
// After every turn of the controller it reads the sweeps that it was woken for, from where it stands. So a hole, a
// repeated event, a missed wake-up and a change that a crash took back all show at once.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "server/engine/requests.h"
#include "server/engine/watch_hub.h"
#include "server/store/store.h"
#include "tests/simulation/history.h"
#include "tests/simulation/scene.h"
#include "tests/simulation/sweep_history.h"

namespace sweepd::simulation {

class Watcher {
 public:
  Watcher(Scene& scene, History& history) : scene_(scene), history_(history) {}

  // A controller has started: everything that was seen must be there. `last_turn` is when what is new may have been
  // committed at the latest.
  void Resume(StoreReader& reader, WatchHub& hub, absl::Duration last_turn);
  // The controller is gone.
  void Detach() { hub_ = nullptr; }

  // The next batch may create a sweep.
  void ExpectNewSweeps() { expects_sweeps_ = true; }
  // A batch was committed now.
  void AfterTurn(StoreReader& reader);

  // The controller did not turn between these moments: leases were forgiven it.
  void NoteGap(absl::Duration begin, absl::Duration end) { gaps_.emplace_back(begin, end); }
  // A call of the lease's holder was answered with success.
  void NoteExtended(const TrialKey& trial, int64_t attempt);

  // Null for a sweep that is unknown or deleted.
  SweepHistory* Find(const std::string& sweep_id);
  const std::map<std::string, SweepHistory>& sweeps() const { return sweeps_; }
  // Leases that run now.
  int64_t CountRunning() const;

 private:
  void Follow(const Sweep& sweep);
  void Subscribe(const std::string& sweep_id);
  // Reads what is new; the sweep may have been deleted.
  void CatchUp(StoreReader& reader, const std::string& sweep_id, absl::Duration committed);
  void FindNewSweeps(StoreReader& reader);
  void CheckRow(const std::string& sweep_id, const SweepHistory& seen, const Sweep& row);
  void CheckExpiry(StoreReader& reader, const TrialKey& key, const Event& event, absl::Duration extended,
                   absl::Duration at);
  void NoteInterest(const Event& event, bool was_lost);

  Scene& scene_;
  History& history_;
  WatchHub* hub_ = nullptr;
  absl::Duration started_;  // when the controller did
  std::map<std::string, SweepHistory> sweeps_;
  std::set<std::string> gone_;  // deleted
  bool expects_sweeps_ = false;
  std::set<std::string> woken_;  // sweeps with news
  std::vector<std::pair<absl::Duration, absl::Duration>> gaps_;
};

}  // namespace sweepd::simulation
