// A person or script: makes sweeps, looks at them, and now and then pauses, resumes, stops, cancels or deletes one.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/dice.h"
#include "tests/simulation/history.h"
#include "tests/simulation/network.h"
#include "tests/simulation/scene.h"
#include "tests/simulation/services.h"

namespace sweepd::simulation {

class SimulatedUser {
 public:
  SimulatedUser(Scene& scene, History& history, Services& services, int number);

  void Start();
  // All its sweeps are made, and known to be over or gone.
  bool satisfied() const { return to_create_ == 0 && creating_ == 0 && open_.empty(); }

 private:
  void CreateNext();
  void SendCreate(const NewSweep& request, int tries);
  void ReuseRequestId(const NewSweep& request);
  // Looks at every open sweep; once the faults are over, resumes whatever is paused.
  void Look();
  void TakeView(const std::string& sweep_id, const absl::StatusOr<SweepView>& answer);
  // Does something to one of its sweeps.
  void Meddle();
  void SendVerb(Verb verb, const std::string& sweep_id, int tries);
  void SendDelete(const std::string& sweep_id);

  Scene& scene_;
  History& history_;
  Services& services_;
  Dice dice_;
  const int number_;
  Endpoint endpoint_;
  int64_t created_ = 0;
  int64_t to_create_ = 0;
  int64_t creating_ = 0;
  std::set<std::string> open_;
  std::vector<std::string> sweeps_;  // every one it made
};

}  // namespace sweepd::simulation
