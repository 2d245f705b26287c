#include "server/strategy/encoding.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "common/status_macros.h"

namespace sweepd {
namespace {

// Fewer numbers than this have no order worth knowing; lists longer than the other are not looked through.
constexpr uint64_t kFewestOrdered = 3;
constexpr uint64_t kMostOrdered = 4096;

bool IsList(const Distribution& law) {
  return std::holds_alternative<Categorical>(law) || std::holds_alternative<WeightedCategorical>(law);
}

bool IsEvenlySpaced(const Distribution& law) {
  return std::holds_alternative<IntUniform>(law) || std::holds_alternative<QUniform>(law);
}

bool HasUnevenSteps(const Distribution& law) {
  return DistributionName(law).substr(0, 2) == "q_" && !IsEvenlySpaced(law);
}

// The indices of a list's values in ascending order; nullopt when they are not all numbers, or few.
std::optional<std::vector<uint64_t>> NumericOrder(const Distribution& law) {
  const uint64_t count = *ValueCount(law);
  if (count < kFewestOrdered || count > kMostOrdered) return std::nullopt;
  std::vector<double> numbers;
  for (uint64_t i = 0; i < count; ++i) {
    const Value value = NthValue(law, i);
    if (!value.is_number()) return std::nullopt;
    numbers.push_back(value.as_double());
  }
  std::vector<uint64_t> order(numbers.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](uint64_t a, uint64_t b) { return numbers[a] < numbers[b]; });
  return order;
}

}  // namespace

std::vector<Encoding::Axis> Encoding::MakeAxes(const SearchSpace& space) {
  const std::vector<Parameter>& parameters = space.parameters();
  std::vector<bool> is_parent(parameters.size());
  for (size_t i = 0; i < parameters.size(); ++i) {
    for (const Requirement& requirement : space.requirements(i)) is_parent[requirement.parent] = true;
  }

  std::vector<Axis> axes;
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Distribution& law = parameters[i].distribution;
    const std::optional<uint64_t> count = ValueCount(law);
    if (count == 1u) continue;
    Axis axis{i, {gp::Dimension::Kind::kContinuous, 0}, {}};
    if (IsList(law)) {
      std::optional<std::vector<uint64_t>> order = NumericOrder(law);
      axis.dimension.kind = order.has_value() ? gp::Dimension::Kind::kOrdinal : gp::Dimension::Kind::kCategorical;
      axis.dimension.count = *count;
      if (order.has_value()) axis.value_of_cell = *std::move(order);
    } else if (IsEvenlySpaced(law) || is_parent[i]) {
      axis.dimension = {gp::Dimension::Kind::kOrdinal, *count};
    }
    axes.push_back(std::move(axis));
  }
  return axes;
}

gp::Domain Encoding::DomainOf(const std::vector<Axis>& axes) {
  std::vector<gp::Dimension> dimensions;
  dimensions.reserve(axes.size());
  for (const Axis& axis : axes) dimensions.push_back(axis.dimension);
  return gp::Domain(std::move(dimensions));
}

Encoding::Encoding(SearchSpace space)
    : space_(std::move(space)), axes_(MakeAxes(space_)), domain_({}), index_(PointIndex::Create(space_)) {
  const std::vector<Parameter>& parameters = space_.parameters();
  axis_of_parameter_.resize(parameters.size());
  for (size_t axis = 0; axis < axes_.size(); ++axis) axis_of_parameter_[axes_[axis].parameter] = axis;
  for (Axis& axis : axes_) {
    has_aliases_ =
        has_aliases_ || (!axis.dimension.is_discrete() && HasUnevenSteps(parameters[axis.parameter].distribution));
    for (const Requirement& requirement : space_.requirements(axis.parameter)) {
      const std::optional<size_t> parent = axis_of_parameter_[requirement.parent];
      // A parent that never varies always meets the requirement: no value would mean that the child has none either.
      if (!parent.has_value()) continue;
      gp::Condition condition{static_cast<Eigen::Index>(*parent), {}};
      for (const Value& value : requirement.values) {
        const absl::StatusOr<double> coordinate = CoordinateOf(axes_[*parent], value);
        if (coordinate.ok()) condition.cells.push_back(gp::CellOf(*coordinate, axes_[*parent].dimension.count));
      }
      std::sort(condition.cells.begin(), condition.cells.end());
      axis.dimension.conditions.push_back(std::move(condition));
    }
  }
  domain_ = DomainOf(axes_);
}

absl::StatusOr<double> Encoding::CoordinateOf(const Axis& axis, const Value& value) const {
  const Distribution& law = space_.parameters()[axis.parameter].distribution;
  if (!axis.dimension.is_discrete()) return UnitOf(law, value);
  ASSIGN_OR_RETURN(uint64_t cell, IndexOf(law, value));
  if (!axis.value_of_cell.empty()) {
    const auto found = std::find(axis.value_of_cell.begin(), axis.value_of_cell.end(), cell);
    cell = static_cast<uint64_t>(found - axis.value_of_cell.begin());
  }
  return gp::CellCentre(cell, axis.dimension.count);
}

Value Encoding::ValueOf(const Axis& axis, double coordinate) const {
  const Distribution& law = space_.parameters()[axis.parameter].distribution;
  // An inactive one has no value: whichever is taken here is left out of the assignment.
  if (coordinate == gp::kAbsent) coordinate = 0.5;
  if (!axis.dimension.is_discrete()) return ValueAt(law, std::min(coordinate, std::nextafter(1.0, 0.0)));
  const uint64_t cell = gp::CellOf(coordinate, axis.dimension.count);
  return NthValue(law, axis.value_of_cell.empty() ? cell : axis.value_of_cell[cell]);
}

absl::StatusOr<Eigen::VectorXd> Encoding::Encode(const Assignment& assignment) const {
  RETURN_IF_ERROR(space_.CheckAssignment(assignment));
  Eigen::VectorXd point = Eigen::VectorXd::Constant(domain_.size(), gp::kAbsent);
  for (size_t i = 0; i < axes_.size(); ++i) {
    const Value* value = space_.Find(assignment, axes_[i].parameter);
    if (value == nullptr) continue;
    ASSIGN_OR_RETURN(point[static_cast<Eigen::Index>(i)], CoordinateOf(axes_[i], *value));
  }
  return domain_.Snap(std::move(point));
}

Assignment Encoding::Decode(const Eigen::VectorXd& point) const {
  return space_.Assign([&](size_t parameter) {
    const std::optional<size_t> axis = axis_of_parameter_[parameter];
    if (!axis.has_value()) return NthValue(space_.parameters()[parameter].distribution, 0);
    return ValueOf(axes_[*axis], point[static_cast<Eigen::Index>(*axis)]);
  });
}

Eigen::VectorXd Encoding::Canonical(const Eigen::VectorXd& point) const {
  const absl::StatusOr<Eigen::VectorXd> canonical = Encode(Decode(point));
  return canonical.ok() ? *canonical : point;
}

std::optional<uint64_t> Encoding::PointCount() const {
  if (!index_.has_value()) return std::nullopt;
  return index_->size();
}

Eigen::VectorXd Encoding::PointAt(uint64_t index) const { return *Encode(index_->PointAt(index)); }

}  // namespace sweepd
