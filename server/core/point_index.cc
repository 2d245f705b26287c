#include "server/core/point_index.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "common/status_macros.h"

namespace sweepd {
namespace {

// The points that agree with choices made for the first parameters, as numbers of points. No product overflows: each
// counts some of the points of the space.
class Descent {
 public:
  explicit Descent(const SpaceCells& cells) : cells_(cells), rest_(cells.count()) {
    for (const SpaceCells::Component& component : cells.components()) {
      std::vector<LiveCell>& live = live_.emplace_back();
      for (const SpaceCells::Cell& cell : component.cells) live.push_back({&cell, cell.count});
    }
  }

  // Comes to the next parameter; they must be visited in order.
  void Enter(size_t parameter) {
    parameter_ = parameter;
    uint64_t own = 0;
    for (const LiveCell& live : Live()) own += live.count;
    others_ = rest_ / own;
  }

  // Points for one value of that class, or without the parameter.
  uint64_t PointsFor(int state) {
    uint64_t points = 0;
    for (const LiveCell& live : Live()) {
      if (StateIn(live) == state) points += live.count / Ways(state);
    }
    return points * others_;
  }

  // Chooses a value of that class, or absence.
  void Choose(int state) {
    std::vector<LiveCell>& all = Live();
    std::erase_if(all, [&](const LiveCell& live) { return StateIn(live) != state; });
    rest_ = 0;
    for (LiveCell& live : all) rest_ += live.count /= Ways(state);
    rest_ *= others_;
  }

 private:
  struct LiveCell {
    const SpaceCells::Cell* cell;
    uint64_t count;  // points that agree with the choices
  };

  std::vector<LiveCell>& Live() { return live_[cells_.component_of(parameter_)]; }
  int StateIn(const LiveCell& live) const { return live.cell->states[cells_.slot_of(parameter_)]; }
  uint64_t Ways(int state) const {
    return state == SpaceCells::kAbsent ? 1 : cells_.classes(parameter_).sizes[static_cast<size_t>(state)];
  }

  const SpaceCells& cells_;
  std::vector<std::vector<LiveCell>> live_;  // of each component
  uint64_t rest_;                            // points of the space that agree
  size_t parameter_ = 0;
  uint64_t others_ = 1;  // the other components' part of it
};

}  // namespace

std::optional<PointIndex> PointIndex::Create(SearchSpace space) {
  std::optional<SpaceCells> cells = SpaceCells::Create(space);
  if (!cells.has_value() || cells->count() == std::numeric_limits<uint64_t>::max()) return std::nullopt;
  return PointIndex(std::move(space), *std::move(cells));
}

Assignment PointIndex::PointAt(uint64_t index) const {
  Descent descent(cells_);
  Assignment assignment;
  for (size_t i = 0; i < space_.parameters().size(); ++i) {
    descent.Enter(i);
    const uint64_t absent = descent.PointsFor(SpaceCells::kAbsent);
    if (index < absent) {
      descent.Choose(SpaceCells::kAbsent);
      continue;
    }
    index -= absent;
    for (const SpaceCells::Run& run : cells_.classes(i).runs) {
      const uint64_t points = descent.PointsFor(run.value_class);
      if (points == 0) continue;
      const uint64_t steps = index / points;
      if (steps >= run.end - run.begin) {
        index -= (run.end - run.begin) * points;
        continue;
      }
      space_.Put(assignment, i, NthValue(space_.parameters()[i].distribution, run.begin + steps));
      index -= steps * points;
      descent.Choose(run.value_class);
      break;
    }
  }
  return assignment;
}

absl::StatusOr<uint64_t> PointIndex::IndexOf(const Assignment& assignment) const {
  RETURN_IF_ERROR(space_.CheckAssignment(assignment));
  Descent descent(cells_);
  uint64_t index = 0;
  for (size_t i = 0; i < space_.parameters().size(); ++i) {
    descent.Enter(i);
    const Value* value = space_.Find(assignment, i);
    if (value == nullptr) {
      descent.Choose(SpaceCells::kAbsent);
      continue;
    }
    ASSIGN_OR_RETURN(const uint64_t ordinal, sweepd::IndexOf(space_.parameters()[i].distribution, *value));
    index += descent.PointsFor(SpaceCells::kAbsent);
    for (const SpaceCells::Run& run : cells_.classes(i).runs) {
      const uint64_t points = descent.PointsFor(run.value_class);
      index += (std::min(run.end, ordinal) - run.begin) * points;
      if (ordinal >= run.end) continue;
      descent.Choose(run.value_class);
      break;
    }
  }
  return index;
}

}  // namespace sweepd
