#include "server/engine/queries.h"

#include <utility>

#include "common/status_macros.h"
#include "server/core/errors.h"

namespace sweepd {

absl::StatusOr<SweepView> ViewOf(StoreReader& reader, Sweep sweep) {
  SweepView view{std::move(sweep), std::nullopt};
  if (view.sweep.spec->objective.has_value()) {
    ASSIGN_OR_RETURN(view.best, reader.FindBestTrial(view.sweep.id));
  }
  return view;
}

absl::StatusOr<SweepView> FindSweepView(StoreReader& reader, absl::string_view id) {
  ASSIGN_OR_RETURN(Sweep sweep, reader.FindSweep(id));
  return ViewOf(reader, std::move(sweep));
}

absl::StatusOr<Trial> FindBest(StoreReader& reader, absl::string_view sweep_id) {
  ASSIGN_OR_RETURN(SweepView view, FindSweepView(reader, sweep_id));
  if (!view.sweep.spec->objective.has_value()) return NoObjective(sweep_id);
  if (!view.best.has_value()) return NoSuccessfulTrial(sweep_id);
  return *std::move(view.best);
}

}  // namespace sweepd
