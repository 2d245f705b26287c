// Any method, with some assignments tried before it begins.
//
// The first suggestions are the given assignments in their order. What one leaves open is filled in: by the draw of the
// suggestion's index for random and bayes, and for a grid by the values of the grid's first point. After them the
// method goes on: random with the draw of the suggestion's index, bayes with what was found out so far, a grid with
// every point that was not among them. Of assignments that are one grid point only the first is tried.
//
// The grid keeps its promise, every point exactly once, in memory for the given assignments alone, by arithmetic on the
// index. With K given points, suggestion K + j is point j of the grid, 0 <= j < N - K. Where that one was given as the
// k-th, point N - K + k takes its place, and so on until one is found that was not given. The places of the given
// points are so filled, one to one, by the points of the last K that were not given: each step is one-to-one, and no
// step leads back to a place below N - K. O(K) in the worst case, O(1) without luck to the contrary.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/strategy/random_search.h"
#include "server/strategy/strategy.h"

namespace sweepd {

class InitialSearch : public Strategy {
 public:
  // `method` is that of the spec, whose `initial` is not empty.
  InitialSearch(const SweepSpec& spec, std::unique_ptr<Strategy> method);

  bool UsesHistory() const override { return method_->UsesHistory(); }
  absl::StatusOr<std::optional<Assignment>> Suggest(const SuggestRequest& request) const override;

 private:
  // The given points of a grid, complete and without repetition.
  void TakeGridPoints(const SweepSpec& spec);
  absl::StatusOr<std::optional<Assignment>> NextGridPoint(int64_t index) const;

  SearchSpace space_;
  std::unique_ptr<Strategy> method_;
  RandomSearch draws_;
  std::vector<Assignment> given_;
  // Of a grid: how many points it has, and the text of each given one with its place among them.
  uint64_t grid_size_ = 0;
  std::map<std::string, uint64_t> place_of_point_;
};

}  // namespace sweepd
