#include "bench/run_sweep.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "common/status_macros.h"
#include "server/strategy/strategy.h"

namespace sweepd {

absl::StatusOr<SweepCurve> RunSweep(const SweepSpec& spec, const ObjectiveFunction& function) {
  const std::unique_ptr<Strategy> strategy = MakeStrategy(spec);
  SuggestRequest request;
  SweepCurve curve;
  for (int64_t trial = 1; trial <= spec.run_cap.value_or(0); ++trial) {
    const absl::Time asked = absl::Now();
    ASSIGN_OR_RETURN(std::optional<Assignment> assignment, strategy->Suggest(request));
    curve.suggestion_times.push_back(absl::Now() - asked);
    if (!assignment.has_value()) break;
    const double objective = function.Evaluate(*assignment);
    curve.best.push_back(curve.best.empty() ? objective : std::min(curve.best.back(), objective));
    ++request.index;
    if (!strategy->UsesHistory()) continue;
    request.history.push_back({trial, *std::move(assignment), Observation::Outcome::kValue, objective});
  }
  return curve;
}

}  // namespace sweepd
