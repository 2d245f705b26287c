// Grid search: every point of the product of the parameters' values, once.
//
// Parameters in name order, the last one fastest, values in the given order (numbers ascending). Point i is found by
// arithmetic on i; the grid is never held in memory. O(D) per suggestion.
#pragma once

#include "server/strategy/strategy.h"

namespace sweepd {

class GridSearch : public Strategy {
 public:
  // Every parameter must have a finite number of values (the sweep file's check guarantees it).
  explicit GridSearch(SearchSpace space) : space_(std::move(space)), size_(space_.GridSize().value_or(0)) {}

  bool UsesHistory() const override { return false; }
  absl::StatusOr<std::optional<Assignment>> Suggest(const SuggestRequest& request) const override;

 private:
  SearchSpace space_;
  uint64_t size_;
};

}  // namespace sweepd
