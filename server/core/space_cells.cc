#include "server/core/space_cells.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include "server/core/value_lookup.h"

namespace sweepd {
namespace {

uint64_t Product(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<uint64_t>::max() : product;
}

uint64_t Sum(uint64_t a, uint64_t b) {
  uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<uint64_t>::max() : sum;
}

}  // namespace

class CellBuilder {
 public:
  explicit CellBuilder(const SearchSpace& space) : space_(space), accepts_(space.parameters().size()) {}

  std::optional<SpaceCells> Build() {
    for (const Parameter& parameter : space_.parameters()) {
      if (!ValueCount(parameter.distribution).has_value()) return std::nullopt;
    }
    FindDependents();
    for (size_t i = 0; i < space_.parameters().size(); ++i) Classify(i);
    FindComponents();
    for (SpaceCells::Component& component : cells_.components_) {
      if (!FillCells(component)) return std::nullopt;
      cells_.count_ = Product(cells_.count_, component.count);
    }
    return std::move(cells_);
  }

 private:
  // A requirement by its owner and its index.
  struct Dependent {
    size_t parameter;
    size_t requirement;
  };

  void FindDependents() {
    dependents_.resize(space_.parameters().size());
    for (size_t i = 0; i < space_.parameters().size(); ++i) {
      accepts_[i].resize(space_.requirements(i).size());
      for (size_t k = 0; k < space_.requirements(i).size(); ++k) {
        dependents_[space_.requirements(i)[k].parent].push_back({i, k});
      }
    }
  }

  // Class 0 holds the values that no condition names; every other class those that the same conditions name.
  void Classify(size_t parent) {
    const Distribution& law = space_.parameters()[parent].distribution;
    const ValueLookup lookup(law);
    std::map<uint64_t, std::vector<size_t>> named;  // index of a value -> the dependents that name it
    for (size_t d = 0; d < dependents_[parent].size(); ++d) {
      const auto& [parameter, requirement] = dependents_[parent][d];
      for (const Value& value : space_.requirements(parameter)[requirement].values) {
        std::vector<size_t>& names = named[*lookup.IndexOf(value)];
        if (names.empty() || names.back() != d) names.push_back(d);
      }
    }
    std::map<std::vector<size_t>, int> class_of;
    for (const auto& [index, names] : named) class_of.emplace(names, static_cast<int>(class_of.size()) + 1);
    for (const auto& [parameter, requirement] : dependents_[parent]) {
      accepts_[parameter][requirement].resize(class_of.size() + 1);
    }
    for (const auto& [names, value_class] : class_of) {
      for (const size_t d : names) {
        const auto& [parameter, requirement] = dependents_[parent][d];
        accepts_[parameter][requirement][static_cast<size_t>(value_class)] = true;
      }
    }
    cells_.classes_.push_back(MakeClasses(*ValueCount(law), named, class_of));
  }

  static SpaceCells::Classes MakeClasses(uint64_t count, const std::map<uint64_t, std::vector<size_t>>& named,
                                         const std::map<std::vector<size_t>, int>& class_of) {
    SpaceCells::Classes classes;
    classes.sizes.resize(class_of.size() + 1);
    const auto add = [&classes](uint64_t begin, uint64_t end, int value_class) {
      if (begin == end) return;
      classes.runs.push_back({begin, end, value_class});
      classes.sizes[static_cast<size_t>(value_class)] += end - begin;
    };
    uint64_t next = 0;
    for (const auto& [index, names] : named) {
      add(next, index, 0);
      add(index, index + 1, class_of.at(names));
      next = index + 1;
    }
    add(next, count, 0);
    return classes;
  }

  void FindComponents() {
    const size_t count = space_.parameters().size();
    std::vector<size_t> root(count);
    std::iota(root.begin(), root.end(), 0);
    const auto find = [&root](size_t i) {
      while (root[i] != i) i = root[i] = root[root[i]];
      return i;
    };
    for (size_t i = 0; i < count; ++i) {
      for (const Requirement& requirement : space_.requirements(i)) root[find(i)] = find(requirement.parent);
    }
    std::map<size_t, size_t> component_of_root;
    for (size_t i = 0; i < count; ++i) {
      const auto [at, is_new] = component_of_root.emplace(find(i), cells_.components_.size());
      if (is_new) cells_.components_.emplace_back();
      SpaceCells::Component& component = cells_.components_[at->second];
      cells_.component_of_.push_back(at->second);
      cells_.slot_of_.push_back(component.members.size());
      component.members.push_back(i);
    }
  }

  // False when there are too many.
  bool FillCells(SpaceCells::Component& component) {
    std::vector<size_t> parents;
    for (const size_t i : space_.order()) {
      if (&cells_.components_[cells_.component_of_[i]] == &component && !dependents_[i].empty()) parents.push_back(i);
    }
    std::vector<int> states(component.members.size(), SpaceCells::kAbsent);
    component.count = 0;
    if (!Branch(component, parents, 0, states)) return false;
    for (const SpaceCells::Cell& cell : component.cells) component.count = Sum(component.count, cell.count);
    return true;
  }

  // Gives the parents from `next` on every class that they can have, parents before their dependents.
  bool Branch(SpaceCells::Component& component, const std::vector<size_t>& parents, size_t next,
              std::vector<int>& states) {
    if (next == parents.size()) return AddCell(component, states);
    const size_t slot = cells_.slot_of_[parents[next]];
    states[slot] = SpaceCells::kAbsent;
    if (!IsActive(parents[next], states)) return Branch(component, parents, next + 1, states);
    const std::vector<uint64_t>& sizes = cells_.classes_[parents[next]].sizes;
    for (size_t value_class = 0; value_class < sizes.size(); ++value_class) {
      if (sizes[value_class] == 0) continue;
      states[slot] = static_cast<int>(value_class);
      if (!Branch(component, parents, next + 1, states)) return false;
    }
    states[slot] = SpaceCells::kAbsent;
    return true;
  }

  bool AddCell(SpaceCells::Component& component, const std::vector<int>& parents) {
    if (++cell_count_ > kMaxCells + cells_.components_.size()) return false;
    SpaceCells::Cell cell{parents, 1};
    for (size_t slot = 0; slot < component.members.size(); ++slot) {
      const size_t i = component.members[slot];
      if (dependents_[i].empty()) cell.states[slot] = IsActive(i, parents) ? 0 : SpaceCells::kAbsent;
      if (cell.states[slot] == SpaceCells::kAbsent) continue;
      cell.count = Product(cell.count, cells_.classes_[i].sizes[static_cast<size_t>(cell.states[slot])]);
    }
    component.cells.push_back(std::move(cell));
    return true;
  }

  bool IsActive(size_t parameter, const std::vector<int>& states) const {
    for (size_t k = 0; k < space_.requirements(parameter).size(); ++k) {
      const int state = states[cells_.slot_of_[space_.requirements(parameter)[k].parent]];
      if (state == SpaceCells::kAbsent || !accepts_[parameter][k][static_cast<size_t>(state)]) return false;
    }
    return true;
  }

  const SearchSpace& space_;
  std::vector<std::vector<Dependent>> dependents_;       // of each parameter
  std::vector<std::vector<std::vector<bool>>> accepts_;  // by parameter, requirement, class of the parent
  size_t cell_count_ = 0;
  SpaceCells cells_;
};

std::optional<SpaceCells> SpaceCells::Create(const SearchSpace& space) { return CellBuilder(space).Build(); }

}  // namespace sweepd
