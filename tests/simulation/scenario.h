// What a world is made of, and which faults it will see: a function of its seed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/sweep.h"
#include "tests/simulation/dice.h"

namespace sweepd::simulation {

// Probabilities are per message; times between faults are the means of what is drawn, infinite for never.
struct Scenario {
  std::string name;
  uint64_t seed = 0;

  int agents = 4;
  int users = 1;
  int sweeps_per_user = 3;
  int trials_per_sweep = 8;  // at most about twice as many
  bool bayes = false;
  bool user_verbs = true;       // pause, resume, stop, cancel, delete
  bool odd_values = true;       // NaN, infinities, -0.0
  bool odd_outcomes = true;     // failing, preempted, stopped attempts
  double suggestion_fails = 0;  // of bayes
  absl::Duration lease_ttl = absl::Seconds(60);
  absl::Duration faults_until = absl::Minutes(6);
  bool fresh_database = false;  // made by the controller's first start, not before

  double drop = 0;
  double duplicate = 0;
  double lost_reply = 0;
  double delayed = 0;         // by up to a few seconds
  double very_late = 0;       // by up to three lease times
  double forged = 0;          // reports with a lease that is not the agent's
  bool eager_agents = false;  // do not wait for an answer before the next report

  absl::Duration partition_every = absl::InfiniteDuration();
  absl::Duration agent_crash_every = absl::InfiniteDuration();
  absl::Duration agent_pause_every = absl::InfiniteDuration();
  absl::Duration controller_crash_every = absl::InfiniteDuration();
  absl::Duration clean_restart_every = absl::InfiniteDuration();
  absl::Duration sleep_every = absl::InfiniteDuration();  // of the controller's machine
  absl::Duration stall_every = absl::InfiniteDuration();  // of its disk
  absl::Duration disk_error_every = absl::InfiniteDuration();
  absl::Duration full_disk_every = absl::InfiniteDuration();
  absl::Duration wall_clock_every = absl::InfiniteDuration();
  double power_loss = 0.5;  // of the crashes: the rest are kills of the process
  size_t sector_bytes = 512;

  // The one of ReferenceScenario.
  bool is_reference() const { return name == "reference"; }
};

// The names of the scenarios: "calm", "network", "agents", "crashes", "disk", "storm", "bayes".
const std::vector<std::string>& ScenarioNames();

// The scenario of a seed; `name` empty: one that the seed draws. nullopt for an unknown name.
std::optional<Scenario> DrawScenario(uint64_t seed, absl::string_view name);

// Without faults, and with results that depend on nothing but the sweeps: every course of it has the same end.
Scenario ReferenceScenario(uint64_t seed);

// The spec of a user's next sweep.
SweepSpec DrawSpec(const Scenario& scenario, Dice& dice, absl::string_view name);

}  // namespace sweepd::simulation
