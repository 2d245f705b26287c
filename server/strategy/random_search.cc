#include "server/strategy/random_search.h"

#include <vector>

#include "common/rng.h"

namespace sweepd {

absl::StatusOr<std::optional<Assignment>> RandomSearch::Suggest(const SuggestRequest& request) const {
  Rng rng(seed_, static_cast<uint64_t>(request.index));
  std::vector<double> units;
  for (size_t i = 0; i < space_.parameters().size(); ++i) units.push_back(rng.NextUnit());
  return space_.Assign([&](size_t i) { return ValueAt(space_.parameters()[i].distribution, units[i]); });
}

}  // namespace sweepd
