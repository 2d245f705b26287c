#include "server/strategy/random_search.h"

#include "common/rng.h"

namespace sweepd {

absl::StatusOr<std::optional<Assignment>> RandomSearch::Suggest(const SuggestRequest& request) const {
  Rng rng(seed_, static_cast<uint64_t>(request.index));
  Assignment assignment;
  for (const Parameter& parameter : space_.parameters()) {
    assignment.emplace(parameter.name, ValueAt(parameter.distribution, rng.NextUnit()));
  }
  return assignment;
}

}  // namespace sweepd
