#include "server/strategy/grid_search.h"

#include <utility>

namespace sweepd {

GridSearch::GridSearch(SearchSpace space, GridOrder order, uint64_t seed)
    : points_(PointIndex::Create(std::move(space))) {
  if (order == GridOrder::kShuffled && points_.has_value()) shuffle_.emplace(points_->size(), seed);
}

absl::StatusOr<std::optional<Assignment>> GridSearch::Suggest(const SuggestRequest& request) const {
  if (!points_.has_value()) return absl::InternalError("the points of this space cannot be counted");
  const auto index = static_cast<uint64_t>(request.index);
  if (index >= points_->size()) return std::nullopt;
  return points_->PointAt(shuffle_.has_value() ? shuffle_->At(index) : index);
}

}  // namespace sweepd
