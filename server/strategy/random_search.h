// Random search: independent draws from every parameter's distribution.
//
// Suggestion i is drawn from the random stream (seed, i) alone, so neither a restart nor the number of agents changes
// the sequence. O(D) per suggestion; never exhausted.
#pragma once

#include "server/strategy/strategy.h"

namespace sweepd {

class RandomSearch : public Strategy {
 public:
  RandomSearch(SearchSpace space, uint64_t seed) : space_(std::move(space)), seed_(seed) {}

  bool UsesHistory() const override { return false; }
  absl::StatusOr<std::optional<Assignment>> Suggest(const SuggestRequest& request) const override;

 private:
  SearchSpace space_;
  uint64_t seed_;
};

}  // namespace sweepd
