#include "tests/simulation/attempt_script.h"

#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>

#include "common/value.h"

namespace sweepd::simulation {
namespace {

constexpr uint64_t kScriptStream = 300;

uint64_t HashOf(absl::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

// A NaN whose payload must survive too.
double OddNan() {
  const uint64_t bits = 0x7ff800000000beef;
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

double OddValue(Dice& dice) {
  const double odd[] = {OddNan(),
                        -std::numeric_limits<double>::infinity(),
                        std::numeric_limits<double>::infinity(),
                        -0.0,
                        1e308,
                        -1e308,
                        std::numeric_limits<double>::denorm_min(),
                        0.0};
  return odd[dice.Below(std::size(odd))];
}

// Values out of few, so that trials tie now and then.
double UsualValue(Dice& dice) { return static_cast<double>(dice.Below(64)) / 63; }

Outcome DrawOutcome(Dice& dice) {
  const uint64_t roll = dice.Below(20);
  if (roll < 13) return Outcome::kCompleted;
  if (roll < 16) return Outcome::kFailed;
  if (roll < 17) return Outcome::kLaunchFailed;
  return roll < 18 ? Outcome::kStopped : Outcome::kPreempted;
}

}  // namespace

AttemptScript ScriptFor(const Scenario& scenario, const LeaseGrant& lease, absl::Time now) {
  const bool reference = scenario.is_reference();
  const uint64_t name =
      reference ? HashOf(ToJson(Value(lease.assignment)))
                : MixSeed(HashOf(lease.ref.trial.sweep_id), MixSeed(static_cast<uint64_t>(lease.ref.trial.number),
                                                                    static_cast<uint64_t>(lease.ref.attempt)));
  Dice dice(MixSeed(scenario.seed, name), kScriptStream);
  AttemptScript script;
  script.report_interval = dice.Between(absl::Milliseconds(200), absl::Seconds(4));
  script.hasty = dice.Chance(0.1);
  if (scenario.odd_outcomes) script.outcome = DrawOutcome(dice);
  if (script.outcome == Outcome::kLaunchFailed) return script;
  const bool odd = scenario.odd_values && !reference && dice.Chance(0.2);
  const bool silent = !reference && dice.Chance(0.05);
  const int64_t count = dice.Between(1, 12);
  for (int64_t sequence = 1; sequence <= count; ++sequence) {
    MetricReport report{sequence, sequence / 2, now + sequence * script.report_interval, {}};
    if (!silent) report.values["loss"] = odd && dice.Chance(0.5) ? OddValue(dice) : UsualValue(dice);
    if (silent || dice.Chance(0.3)) report.values["accuracy"] = odd ? OddValue(dice) : UsualValue(dice);
    script.reports.push_back(std::move(report));
  }
  return script;
}

}  // namespace sweepd::simulation
