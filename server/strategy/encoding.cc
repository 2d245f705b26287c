#include "server/strategy/encoding.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "common/status_macros.h"

namespace sweepd {
namespace {

constexpr double kAbsentCoordinate = 0.5;

bool IsCategorical(const Distribution& law) {
  return std::holds_alternative<Categorical>(law) || std::holds_alternative<WeightedCategorical>(law);
}

bool IsEvenlySpaced(const Distribution& law) {
  return std::holds_alternative<IntUniform>(law) || std::holds_alternative<QUniform>(law);
}

// nullopt for a parameter with one value.
std::optional<gp::Dimension> DimensionOf(const Distribution& law) {
  const std::optional<uint64_t> count = ValueCount(law);
  if (count == 1u) return std::nullopt;
  if (IsCategorical(law)) return gp::Dimension{gp::Dimension::Kind::kCategorical, *count};
  if (IsEvenlySpaced(law)) return gp::Dimension{gp::Dimension::Kind::kOrdinal, *count};
  return gp::Dimension{gp::Dimension::Kind::kContinuous, 0};
}

gp::Domain DomainOf(const SearchSpace& space) {
  std::vector<gp::Dimension> dimensions;
  for (const Parameter& parameter : space.parameters()) {
    const std::optional<gp::Dimension> dimension = DimensionOf(parameter.distribution);
    if (dimension.has_value()) dimensions.push_back(*dimension);
  }
  return gp::Domain(std::move(dimensions));
}

bool HasAliases(const SearchSpace& space) {
  const std::vector<Parameter>& all = space.parameters();
  return space.is_conditional() || std::any_of(all.begin(), all.end(), [](const Parameter& parameter) {
           const absl::string_view name = DistributionName(parameter.distribution);
           return name.substr(0, 2) == "q_" && !IsEvenlySpaced(parameter.distribution);
         });
}

absl::StatusOr<double> CoordinateOf(const Distribution& law, const gp::Dimension& dimension, const Value& value) {
  if (!dimension.is_discrete()) return UnitOf(law, value);
  ASSIGN_OR_RETURN(const uint64_t index, IndexOf(law, value));
  return gp::CellCentre(index, dimension.count);
}

Value ValueOf(const Distribution& law, const gp::Dimension& dimension, double coordinate) {
  if (dimension.is_discrete()) return NthValue(law, gp::CellOf(coordinate, dimension.count));
  return ValueAt(law, std::min(coordinate, std::nextafter(1.0, 0.0)));
}

}  // namespace

Encoding::Encoding(SearchSpace space)
    : space_(std::move(space)),
      domain_(DomainOf(space_)),
      index_(PointIndex::Create(space_)),
      has_aliases_(HasAliases(space_)) {}

absl::StatusOr<Eigen::VectorXd> Encoding::Encode(const Assignment& assignment) const {
  RETURN_IF_ERROR(space_.CheckAssignment(assignment));
  Eigen::VectorXd point = Eigen::VectorXd::Constant(domain_.size(), kAbsentCoordinate);
  Eigen::Index next = 0;
  for (size_t i = 0; i < space_.parameters().size(); ++i) {
    const Distribution& law = space_.parameters()[i].distribution;
    const std::optional<gp::Dimension> dimension = DimensionOf(law);
    if (!dimension.has_value()) continue;
    const Value* value = space_.Find(assignment, i);
    if (value != nullptr) {
      ASSIGN_OR_RETURN(point[next], CoordinateOf(law, *dimension, *value));
    }
    ++next;
  }
  return domain_.Snap(std::move(point));
}

Assignment Encoding::Decode(const Eigen::VectorXd& point) const {
  std::vector<Value> values;
  Eigen::Index next = 0;
  for (const Parameter& parameter : space_.parameters()) {
    const std::optional<gp::Dimension> dimension = DimensionOf(parameter.distribution);
    values.push_back(dimension.has_value() ? ValueOf(parameter.distribution, *dimension, point[next++])
                                           : NthValue(parameter.distribution, 0));
  }
  return space_.Assign([&values](size_t i) { return values[i]; });
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
