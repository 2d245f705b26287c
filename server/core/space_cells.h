// A space with conditions as a disjoint union of boxes, which makes its points countable without listing them.
//
// Parameters that conditions connect form a component; the others are components of their own. The values of a
// parameter that others depend on fall into classes: two values are in one class when no condition tells them apart. A
// *cell* of a component gives each such parameter one class (or absence), which decides who is active; what remains is
// a plain product. The points of a component are the disjoint union of its cells' products, those of the space the
// product of its components'.
//
// A condition that does not hold ends its branch, so that the number of cells is near the number of branches that
// people write: one parent with n values and their own parameters has n cells. In the worst case, parameters that
// depend on pairs of parents in all combinations, it is the product of the parents' classes; beyond kMaxCells the space
// counts as too entangled. Immutable; safe to share between threads.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "server/core/search_space.h"

namespace sweepd {

// Most cells of one space, besides one for each component. Finding a point takes time in parameters * cells of its
// component.
inline constexpr size_t kMaxCells = 4096;

class SpaceCells {
 public:
  // The class of a parameter that is not active.
  static constexpr int kAbsent = -1;

  // Values begin..end - 1 by index, all of one class.
  struct Run {
    uint64_t begin;
    uint64_t end;
    int value_class;
  };
  struct Classes {
    std::vector<Run> runs;        // all values, ascending
    std::vector<uint64_t> sizes;  // number of values in each class; may be 0
  };
  struct Cell {
    std::vector<int> states;  // of each member: its class, or kAbsent
    uint64_t count;           // points; saturates
  };
  struct Component {
    std::vector<size_t> members;  // indices of parameters, ascending
    std::vector<Cell> cells;
    uint64_t count;  // points of all cells; saturates
  };

  // nullopt when a parameter has infinitely many values, or when there are more than kMaxCells cells.
  static std::optional<SpaceCells> Create(const SearchSpace& space);

  const Classes& classes(size_t parameter) const { return classes_[parameter]; }
  const std::vector<Component>& components() const { return components_; }

  // The component of a parameter, and its place among the members.
  size_t component_of(size_t parameter) const { return component_of_[parameter]; }
  size_t slot_of(size_t parameter) const { return slot_of_[parameter]; }

  // Points of the space; saturates at 2^64 - 1.
  uint64_t count() const { return count_; }

 private:
  SpaceCells() = default;

  std::vector<Classes> classes_;  // of each parameter
  std::vector<Component> components_;
  std::vector<size_t> component_of_;
  std::vector<size_t> slot_of_;
  uint64_t count_ = 1;

  friend class CellBuilder;
};

}  // namespace sweepd
