// The points of a finite space by number: index <-> assignment, by arithmetic. Nothing is ever listed.
//
// Points are in the order of their values, the parameters in the space's order (names sorted at every level) with the
// last one fastest, values in grid order; a parameter that is absent comes before its values. Immutable; safe to share
// between threads.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "server/core/search_space.h"
#include "server/core/space_cells.h"

namespace sweepd {

class PointIndex {
 public:
  // nullopt when the space is infinite, too entangled (space_cells.h), or has 2^64 - 1 points or more.
  static std::optional<PointIndex> Create(SearchSpace space);

  uint64_t size() const { return cells_.count(); }

  // index < size(). O(parameters * cells of a component); without conditions a component has one cell.
  Assignment PointAt(uint64_t index) const;

  // The inverse. INVALID_ARGUMENT when the assignment is not one of the space.
  absl::StatusOr<uint64_t> IndexOf(const Assignment& assignment) const;

 private:
  PointIndex(SearchSpace space, SpaceCells cells) : space_(std::move(space)), cells_(std::move(cells)) {}

  SearchSpace space_;
  SpaceCells cells_;
};

}  // namespace sweepd
