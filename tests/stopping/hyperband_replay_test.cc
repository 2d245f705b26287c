// Fifty synthetic curves, replayed in random interleavings: the decisions are those of a slow reference, which is
// written here from docs/sweep-file.md alone and shares no code with the rule.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/rng.h"
#include "server/stopping/compared_curves.h"

namespace sweepd {
namespace {

using Curves = std::vector<std::vector<double>>;

constexpr int kCurves = 50;
constexpr int kLength = 60;

// ---- The reference.

struct Setting {
  int64_t min_iter = 0;  // 0: max_iter and s
  int64_t max_iter = 0;
  int64_t s = 0;
  double eta = 3;
  bool strict = true;
  Goal goal = Goal::kMinimize;
};

double Loss(const Setting& setting, double value) {
  if (std::isnan(value) || std::isinf(value)) return std::numeric_limits<double>::infinity();
  return setting.goal == Goal::kMaximize ? -value : value;
}

bool IsBand(const Setting& setting, int64_t iteration) {
  const auto equals = [&](double band) { return static_cast<int64_t>(band) == iteration; };
  if (setting.min_iter > 0) {
    for (double band = static_cast<double>(setting.min_iter); band <= 4 * kLength; band *= setting.eta) {
      if (equals(band)) return true;
    }
    return false;
  }
  double band = static_cast<double>(setting.max_iter);
  for (int64_t i = 1; i <= setting.s; ++i) {
    band /= setting.eta;
    if (band >= 1 && equals(band)) return true;
  }
  return false;
}

bool ReferenceStops(const Setting& setting, const Curves& curves, size_t trial) {
  const std::vector<double>& own = curves[trial];
  size_t band = own.size();
  while (band > 0 && !IsBand(setting, static_cast<int64_t>(band))) --band;
  if (band == 0) return false;
  std::vector<double> reached;
  for (const std::vector<double>& curve : curves) {
    if (curve.size() >= band) reached.push_back(Loss(setting, curve[band - 1]));
  }
  std::sort(reached.begin(), reached.end());
  const double threshold = reached[static_cast<size_t>(static_cast<double>(reached.size()) / setting.eta)];
  double x = Loss(setting, own[band - 1]);
  if (!setting.strict && std::isfinite(x)) {
    for (const double value : own) x = std::min(x, Loss(setting, value));
  }
  return x > threshold;
}

// ---- The replay.

// Curves that fall to different levels, with noise; some turn NaN, some spike to an infinity.
Curves SyntheticCurves(uint64_t seed) {
  Curves curves;
  for (uint64_t i = 0; i < kCurves; ++i) {
    Rng rng(seed, i);
    const double level = rng.NextUnit();
    const int nan_from = rng.NextUnit() < 0.15 ? static_cast<int>(rng.NextUnit() * kLength) : kLength;
    std::vector<double> curve;
    for (int t = 0; t < kLength; ++t) {
      double value = level + std::exp(-t / 10.0) + 0.2 * (rng.NextUnit() - 0.5);
      if (rng.NextUnit() < 0.02) value = t % 2 == 0 ? HUGE_VAL : -HUGE_VAL;
      // Steps of 0.05, so that there are ties.
      curve.push_back(t >= nan_from ? std::nan("") : std::round(value * 20) / 20);
    }
    curves.push_back(std::move(curve));
  }
  return curves;
}

EarlyTerminate ConfigOf(const Setting& setting) {
  Hyperband config;
  if (setting.min_iter > 0) {
    config.bands = BandsFromBelow{setting.min_iter};
  } else {
    config.bands = BandsFromAbove{setting.max_iter, setting.s};
  }
  config.eta = setting.eta;
  config.strict = setting.strict;
  return config;
}

// Lets a random trial report its next value until every curve has ended or was stopped. Returns how many were stopped.
int Replay(const Setting& setting, uint64_t seed) {
  const Curves all = SyntheticCurves(seed);
  ComparedCurves compared(ConfigOf(setting), {"loss", setting.goal, Aggregation::kBest, std::nullopt});
  Curves reported(kCurves);
  std::vector<size_t> running(kCurves);
  for (size_t i = 0; i < running.size(); ++i) running[i] = i;
  Rng rng(seed, 1000);
  int stopped = 0;
  while (!running.empty()) {
    const auto at = static_cast<size_t>(rng.NextUnit() * static_cast<double>(running.size()));
    const size_t trial = running[at];
    const double value = all[trial][reported[trial].size()];
    reported[trial].push_back(value);
    compared.Append(static_cast<int64_t>(trial), value);
    const bool stops = compared.Judge(static_cast<int64_t>(trial)).has_value();
    EXPECT_EQ(stops, ReferenceStops(setting, reported, trial))
        << "trial " << trial << " at " << reported[trial].size() << ", seed " << seed;
    stopped += stops ? 1 : 0;
    if (stops || reported[trial].size() == kLength) running.erase(running.begin() + static_cast<int64_t>(at));
    if (testing::Test::HasFailure()) return stopped;
  }
  return stopped;
}

TEST(HyperbandReplay, DecidesAsTheSlowReferenceDoes) {
  int settings = 0;
  for (const Goal goal : {Goal::kMinimize, Goal::kMaximize}) {
    for (const bool strict : {true, false}) {
      for (const Setting& setting :
           {Setting{3, 0, 0, 3, strict, goal}, Setting{1, 0, 0, 2, strict, goal}, Setting{2, 0, 0, 1.5, strict, goal},
            Setting{0, 54, 3, 3, strict, goal}, Setting{0, 60, 2, 4, strict, goal}}) {
        for (uint64_t interleaving = 0; interleaving < 10; ++interleaving) {
          const int stopped = Replay(setting, 17 * static_cast<uint64_t>(++settings) + interleaving);
          if (HasFailure()) return;
          EXPECT_GT(stopped, kCurves / 10);
          EXPECT_LT(stopped, kCurves);
        }
      }
    }
  }
}

}  // namespace
}  // namespace sweepd
