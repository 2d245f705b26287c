#include "tests/simulation/scenario.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "server/core/search_space.h"

namespace sweepd::simulation {
namespace {

// Streams of a seed's random numbers.
constexpr uint64_t kScenarioStream = 1;

void AddNetworkFaults(Scenario& scenario, Dice& dice) {
  scenario.drop = 0.03 * dice.Unit();
  scenario.duplicate = 0.06 * dice.Unit();
  scenario.lost_reply = 0.04 * dice.Unit();
  scenario.delayed = 0.05 * dice.Unit();
  scenario.very_late = 0.01 * dice.Unit();
  scenario.forged = 0.02;
  scenario.eager_agents = dice.Chance(0.5);
  scenario.partition_every = absl::Seconds(dice.Between(60, 300));
}

void AddAgentFaults(Scenario& scenario, Dice& dice) {
  scenario.agent_crash_every = absl::Seconds(dice.Between(60, 400));
  scenario.agent_pause_every = absl::Seconds(dice.Between(30, 200));
  scenario.eager_agents = scenario.eager_agents || dice.Chance(0.5);
}

void AddCrashes(Scenario& scenario, Dice& dice) {
  scenario.controller_crash_every = absl::Seconds(dice.Between(20, 150));
  scenario.clean_restart_every = absl::Seconds(dice.Between(100, 500));
  scenario.power_loss = dice.Unit();
  scenario.fresh_database = dice.Chance(0.1);
}

void AddDiskFaults(Scenario& scenario, Dice& dice) {
  scenario.stall_every = absl::Seconds(dice.Between(60, 300));
  scenario.disk_error_every = absl::Seconds(dice.Between(40, 200));
  scenario.full_disk_every = absl::Seconds(dice.Between(60, 300));
}

void AddClockFaults(Scenario& scenario, Dice& dice) {
  scenario.sleep_every = absl::Seconds(dice.Between(100, 400));
  scenario.wall_clock_every = absl::Seconds(dice.Between(50, 300));
}

SearchSpace GridSpace(int64_t trials, Dice& dice) {
  const int64_t columns = dice.Between(1, 3);
  std::vector<Value> letters;
  for (int64_t i = 0; i < columns; ++i) letters.emplace_back(std::string(1, static_cast<char>('x' + i)));
  const int64_t rows = std::max<int64_t>(2, trials / columns);
  return *SearchSpace::Create({{"a", IntUniform{1, rows}}, {"b", Categorical{std::move(letters)}}});
}

SearchSpace RandomSpace() { return *SearchSpace::Create({{"a", Uniform{0, 1}}, {"b", Categorical{{"x", "y", "z"}}}}); }

Objective DrawObjective(Dice& dice) {
  Objective objective{"loss", dice.Chance(0.7) ? Goal::kMinimize : Goal::kMaximize,
                      dice.Chance(0.6) ? Aggregation::kBest : Aggregation::kLast, std::nullopt};
  if (dice.Chance(0.2)) objective.target = objective.goal == Goal::kMinimize ? 0.05 : 0.95;
  return objective;
}

EarlyTerminate DrawEarlyTerminate(Dice& dice) {
  const int64_t min_iter = dice.Between(1, 3);
  const double eta = dice.Chance(0.5) ? 2 : 3;
  const uint64_t roll = dice.Below(4);
  if (roll == 0) return MedianStop{min_iter, 1};
  if (roll == 1) return Asha{min_iter, eta};
  if (roll == 2) return Hyperband{BandsFromAbove{9, 2}, eta, dice.Chance(0.5)};
  return Hyperband{BandsFromBelow{min_iter}, eta, dice.Chance(0.8)};
}

// Repeats, given assignments that the method fills in, and a pause after failures, which users resume.
void DrawTrialPlan(Dice& dice, SweepSpec& spec) {
  if (dice.Chance(0.25)) spec.repeats = dice.Between(2, 3);
  if (dice.Chance(0.25)) spec.initial.resize(static_cast<size_t>(dice.Between(1, 2)));
  if (dice.Chance(0.25)) spec.max_failures = dice.Between(1, 3);
}

}  // namespace

const std::vector<std::string>& ScenarioNames() {
  static const auto& names =
      *new std::vector<std::string>{"calm", "network", "agents", "crashes", "disk", "storm", "bayes"};
  return names;
}

std::optional<Scenario> DrawScenario(uint64_t seed, absl::string_view name) {
  Dice dice(seed, kScenarioStream);
  const std::vector<std::string>& names = ScenarioNames();
  Scenario scenario;
  scenario.name = name.empty() ? names[dice.Below(names.size())] : std::string(name);
  if (std::find(names.begin(), names.end(), scenario.name) == names.end()) return std::nullopt;
  scenario.seed = seed;
  scenario.agents = static_cast<int>(dice.Between(2, 8));
  scenario.users = static_cast<int>(dice.Between(1, 2));
  scenario.sweeps_per_user = static_cast<int>(dice.Between(1, 3));
  scenario.trials_per_sweep = static_cast<int>(dice.Between(2, 16));
  scenario.lease_ttl = absl::Seconds(dice.Between(10, 60));
  scenario.sector_bytes = dice.Chance(0.5) ? 512 : 4096;
  const bool storm = scenario.name == "storm";
  if (storm || scenario.name == "network") AddNetworkFaults(scenario, dice);
  if (storm || scenario.name == "agents") AddAgentFaults(scenario, dice);
  // A lost trial is revived where no other agent is free.
  if (scenario.name == "agents") scenario.agents = static_cast<int>(dice.Between(1, 4));
  if (storm || scenario.name == "crashes") AddCrashes(scenario, dice);
  if (storm || scenario.name == "disk") AddDiskFaults(scenario, dice);
  if (scenario.name != "calm" && dice.Chance(0.5)) AddClockFaults(scenario, dice);
  if (scenario.name == "bayes") {
    scenario.bayes = true;
    scenario.trials_per_sweep = 5;
    scenario.suggestion_fails = dice.Chance(0.5) ? 0.5 * dice.Unit() : 0;
    AddCrashes(scenario, dice);
    AddDiskFaults(scenario, dice);
  }
  return scenario;
}

Scenario ReferenceScenario(uint64_t seed) {
  Scenario scenario;
  scenario.name = "reference";
  scenario.seed = seed;
  scenario.agents = 2;
  scenario.users = 1;
  scenario.sweeps_per_user = 2;
  scenario.trials_per_sweep = 3;
  scenario.user_verbs = false;
  scenario.odd_outcomes = false;
  scenario.lease_ttl = absl::Seconds(10);
  scenario.faults_until = absl::Hours(1);  // it ends when its sweeps do
  scenario.fresh_database = true;
  return scenario;
}

SweepSpec DrawSpec(const Scenario& scenario, Dice& dice, absl::string_view name) {
  SweepSpec spec;
  spec.name = std::string(name);
  spec.program = "train.py";
  spec.command = {"${program}"};
  const int64_t trials = dice.Between(scenario.trials_per_sweep / 2 + 1, scenario.trials_per_sweep * 2);
  const bool bayes = scenario.bayes && dice.Chance(0.7);
  spec.method = bayes ? Method::kBayes : dice.Chance(0.5) ? Method::kGrid : Method::kRandom;
  spec.space = spec.method == Method::kGrid ? GridSpace(trials, dice) : RandomSpace();
  if (spec.method != Method::kGrid || dice.Chance(0.2)) spec.run_cap = trials;
  if (bayes || dice.Chance(0.85)) spec.objective = DrawObjective(dice);
  if (bayes) {
    spec.max_parallel = dice.Between(1, 2);
  } else if (dice.Chance(0.4)) {
    spec.max_parallel = dice.Between(1, 3);
  }
  spec.retries.lost = dice.Between(0, 4);
  spec.retries.failed = dice.Between(0, 2);
  if (scenario.is_reference()) {
    spec.objective = Objective{"loss", Goal::kMinimize, Aggregation::kBest, std::nullopt};
    spec.retries = {1000, 0};
  }
  spec.seed = dice.Word() >> 1;
  const bool may_stop = spec.objective.has_value() && !scenario.is_reference();
  if (may_stop && dice.Chance(0.5)) spec.early_terminate = DrawEarlyTerminate(dice);
  if (!scenario.is_reference()) DrawTrialPlan(dice, spec);
  return spec;
}

}  // namespace sweepd::simulation
