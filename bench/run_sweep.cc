#include "bench/run_sweep.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/time/clock.h"
#include "bench/sweep_session.h"
#include "common/status_macros.h"

namespace sweepd {

absl::StatusOr<SweepCurve> RunSweep(const SweepSpec& spec, const ObjectiveFunction& function) {
  ASSIGN_OR_RETURN(const std::unique_ptr<SweepSession> session, SweepSession::Start(spec));
  SweepCurve curve;
  while (true) {
    const absl::Time asked = absl::Now();
    ASSIGN_OR_RETURN(const std::optional<LeaseGrant> grant, session->Ask());
    if (!grant.has_value()) return curve;
    curve.suggestion_times.push_back(absl::Now() - asked);
    const double objective = function.Evaluate(grant->assignment);
    curve.best.push_back(curve.best.empty() ? objective : std::min(curve.best.back(), objective));
    RETURN_IF_ERROR(session->Succeed(grant->ref, objective));
  }
}

}  // namespace sweepd
