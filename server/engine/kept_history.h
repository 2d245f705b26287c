// A sweep's history that is kept from one suggestion to the next.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/core/sweep.h"
#include "server/engine/history.h"
#include "server/store/store.h"
#include "server/strategy/strategy.h"

namespace sweepd {

// What GatherHistory answers, brought up to date by the events since the last time: the trials that they name are read
// again and no others. O(changes log n), and O(n log n) when a result does not come after all earlier ones (as after a
// retry). The first update, and one after an error, reads every trial.
//
// It holds nothing that the store would not give again. Not thread-safe.
class KeptHistory {
 public:
  explicit KeptHistory(std::string sweep_id) : sweep_id_(std::move(sweep_id)) {}

  // Afterwards the history is that of one moment, not before the call: that of the event sweep().revision. `reader`
  // need not see one state throughout; what changes meanwhile is read again. Errors are those of the store, NOT_FOUND
  // among them; the next update then begins anew.
  absl::Status Update(StoreReader& reader);

  // Of the last update that succeeded: the sweep, and the question of its next suggestion with its history.
  const Sweep& sweep() const { return sweep_; }
  const SuggestRequest& question() const { return question_; }
  // Rises with every update that found a change.
  int64_t version() const { return version_; }

 private:
  // What has become of an assignment; nullopt: it is no longer in the history.
  struct Change {
    int64_t first = 0;  // the number of its first trial
    std::optional<ObservedAssignment> now;
  };
  // When a result became final, and the number of its first trial.
  using Arrival = std::pair<absl::Time, int64_t>;

  absl::Status Advance(StoreReader& reader);
  absl::Status ReadAll(StoreReader& reader, const Sweep& sweep);
  // The trials that the events after the kept ones up to `sweep.revision` may have changed.
  absl::StatusOr<std::set<int64_t>> ChangedTrials(StoreReader& reader, const Sweep& sweep) const;
  absl::StatusOr<std::vector<Change>> ReadChanges(StoreReader& reader, const std::set<int64_t>& trials) const;
  void Apply(Change change);
  void PlaceAll();
  std::vector<Observation>::iterator Find(int64_t trial);

  const std::string sweep_id_;
  bool read_ = false;
  Sweep sweep_;
  SuggestRequest question_;
  std::map<int64_t, absl::Time> arrived_;  // by the number of the first trial; those that are over
  std::set<Arrival> results_;              // the same in the order of their places
  bool places_hold_ = true;                // every observation has its place among results_
  int64_t version_ = 0;
};

}  // namespace sweepd
