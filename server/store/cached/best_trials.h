// The best finished trial of each sweep that was asked about, kept up to date as trials end: a report of a running
// trial is compared with it.
//
// Not thread-safe. Its changes can be undone like those of a JournaledMap.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "server/core/objective.h"
#include "server/core/trial.h"
#include "server/store/cached/journaled_map.h"

namespace sweepd {

class BestTrials {
 public:
  using Map = JournaledMap<std::string, std::optional<Trial>>;

  // Null when it is not known; an empty optional when the sweep has none.
  const std::optional<Trial>* Find(absl::string_view sweep_id) const { return best_.Find(sweep_id); }

  // What the store found.
  void Remember(absl::string_view sweep_id, const std::optional<Trial>& best) {
    best_.Put(std::string(sweep_id), best);
  }

  // The trial, whole, is stored like this now. `goal` is the sweep's; nullopt when this trial alone does not tell which
  // is the best one.
  void Note(const Trial& trial, std::optional<Goal> goal);

  void Forget(absl::string_view sweep_id) { best_.Erase(std::string(sweep_id)); }

  // For savepoints.
  Map& map() { return best_; }

 private:
  Map best_;
};

}  // namespace sweepd
