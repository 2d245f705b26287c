#include "tests/chaos/execution.h"

#include <cstring>
#include <iterator>
#include <limits>

#include "absl/strings/str_cat.h"

namespace sweepd::chaos {
namespace {

// One report in so many has a second metric that stores are apt to spoil.
constexpr uint64_t kOddNoiseEvery = 4;

double DrawNoise(Rng& rng) {
  constexpr double kOdd[] = {std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity(),
                             -0.0,
                             1e308,
                             std::numeric_limits<double>::denorm_min()};
  if (rng.NextBelow(kOddNoiseEvery) == 0) return kOdd[rng.NextBelow(std::size(kOdd))];
  return rng.NextNormal();
}

std::string Bits(double value) {
  uint64_t bits = 0;
  static_assert(sizeof bits == sizeof value);
  std::memcpy(&bits, &value, sizeof bits);
  return absl::StrCat(absl::Hex(bits, absl::kZeroPad16));
}

}  // namespace

Execution DrawExecution(Rng& rng, double mischief) {
  Execution execution;
  for (int64_t i = 0; i < kReports; ++i) {
    execution.losses.push_back(rng.NextUnit());
    execution.noise.push_back(DrawNoise(rng));
  }
  if (rng.NextUnit() < mischief) {
    execution.mischief = static_cast<Mischief>(1 + rng.NextBelow(kMischiefs));
    execution.mischief_at = static_cast<int64_t>(rng.NextBelow(kReportCalls + 1));
  }
  return execution;
}

nlohmann::json ExecutionJson(const Execution& execution) {
  nlohmann::json noise = nlohmann::json::array();
  for (const double value : execution.noise) noise.push_back(Bits(value));
  return {{"losses", execution.losses}, {"noise", noise}, {"mischief", static_cast<int>(execution.mischief)}};
}

}  // namespace sweepd::chaos
