// Reads everything that the controller stores and compares it with the history: no acknowledged fact is missing, and
// nothing is there that should not be.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "server/store/store.h"
#include "tests/simulation/history.h"
#include "tests/simulation/scene.h"
#include "tests/simulation/watcher.h"

namespace sweepd::simulation {

class Audit {
 public:
  Audit(Scene& scene, const History& history, Watcher& watcher, StoreReader& reader)
      : scene_(scene), history_(history), watcher_(watcher), reader_(reader) {}

  // Broken invariants become violations of the scene.
  void Run();

 private:
  void CheckAcknowledgedFacts();
  void CheckSweep(const Sweep& sweep);
  // `suggestion`: which of the sweep's suggestions the trial runs, from 0.
  void CheckTrial(const Sweep& sweep, const Trial& trial, int64_t suggestion);
  void CheckAttempts(const Sweep& sweep, const Trial& trial, const std::vector<Attempt>& attempts);
  void CheckReports(const Sweep& sweep, const Trial& trial, const Attempt& attempt);
  void CheckSuggestion(const Sweep& sweep, const Trial& trial, int64_t suggestion);
  void CheckBest(const Sweep& sweep, const std::vector<Trial>& trials);
  void Violate(const TrialKey& trial, const std::string& what);

  Scene& scene_;
  const History& history_;
  Watcher& watcher_;
  StoreReader& reader_;
};

// Whether SQLite finds the file whole. `vfs` names the VFS to read it through.
std::string CheckIntegrity(const std::string& path, const std::string& vfs);

}  // namespace sweepd::simulation
