// Reads that need more than one row, for the engine and for the readers beside it.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/sweep.h"
#include "server/core/trial.h"
#include "server/store/store.h"

namespace sweepd {

// A sweep with the best accepted trial so far; nullopt without one, or without an objective.
struct SweepView {
  Sweep sweep;
  std::optional<Trial> best;
};

absl::StatusOr<SweepView> FindSweepView(StoreReader& reader, absl::string_view id);
absl::StatusOr<SweepView> ViewOf(StoreReader& reader, Sweep sweep);

// NOT_FOUND SweepNotFound or NoSuccessfulTrial; FAILED_PRECONDITION NoObjective.
absl::StatusOr<Trial> FindBest(StoreReader& reader, absl::string_view sweep_id);

}  // namespace sweepd
