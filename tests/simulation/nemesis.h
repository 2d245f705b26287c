// Lets things go wrong at drawn times until the scenario's faults are over.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "tests/simulation/agent.h"
#include "tests/simulation/controller_host.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/scene.h"

namespace sweepd::simulation {

class Nemesis {
 public:
  Nemesis(Scene& scene, Disk& disk, ControllerHost& host, std::vector<std::unique_ptr<SimulatedAgent>>& agents);

  void Start();

 private:
  // Lets `fault` happen again and again, `every` apart in the mean.
  void Repeat(absl::Duration every, std::function<void()> fault);
  void CutOff();
  void CrashAgent();
  void PauseAgent();
  void CrashController();
  void BreakDisk();
  void FillDisk();
  void SetWallClock();
  SimulatedAgent& AnyAgent() { return *agents_[dice_.Below(agents_.size())]; }
  ControllerHost::End DrawEnd();
  // Around the lease's time to live, which is when it matters.
  absl::Duration AroundLease() { return scene_.scenario.lease_ttl * (0.2 + 2 * dice_.Unit()); }

  Scene& scene_;
  Disk& disk_;
  ControllerHost& host_;
  std::vector<std::unique_ptr<SimulatedAgent>>& agents_;
  Dice dice_;
};

}  // namespace sweepd::simulation
