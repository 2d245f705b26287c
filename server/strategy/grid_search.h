// Grid search: every point of the space, once.
//
// Parameters in name order, the last one fastest, values in the given order (numbers ascending), or that order shuffled
// by the seed. Points that differ only in parameters that they leave out are one. Point i is found by arithmetic on i
// (core's PointIndex); the grid is never held in memory.
#pragma once

#include "server/core/point_index.h"
#include "server/strategy/index_permutation.h"
#include "server/strategy/strategy.h"

namespace sweepd {

class GridSearch : public Strategy {
 public:
  // The space must be countable (the sweep file's check guarantees it); otherwise Suggest is an error.
  explicit GridSearch(SearchSpace space, GridOrder order = GridOrder::kSorted, uint64_t seed = 0);

  bool UsesHistory() const override { return false; }
  absl::StatusOr<std::optional<Assignment>> Suggest(const SuggestRequest& request) const override;

 private:
  std::optional<PointIndex> points_;
  std::optional<IndexPermutation> shuffle_;
};

}  // namespace sweepd
