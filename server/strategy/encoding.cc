#include "server/strategy/encoding.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "common/status_macros.h"

namespace sweepd {
namespace {

// nullopt for a parameter with one value.
std::optional<gp::Dimension> DimensionOf(const Distribution& distribution) {
  const std::optional<uint64_t> count = ValueCount(distribution);
  if (!count.has_value()) return gp::Dimension{gp::Dimension::Kind::kContinuous, 0};
  if (*count == 1) return std::nullopt;
  const bool categorical = std::holds_alternative<Categorical>(distribution);
  return gp::Dimension{categorical ? gp::Dimension::Kind::kCategorical : gp::Dimension::Kind::kOrdinal, *count};
}

gp::Domain DomainOf(const SearchSpace& space) {
  std::vector<gp::Dimension> dimensions;
  for (const Parameter& parameter : space.parameters()) {
    const std::optional<gp::Dimension> dimension = DimensionOf(parameter.distribution);
    if (dimension.has_value()) dimensions.push_back(*dimension);
  }
  return gp::Domain(std::move(dimensions));
}

}  // namespace

Encoding::Encoding(SearchSpace space) : space_(std::move(space)), domain_(DomainOf(space_)) {}

absl::StatusOr<Eigen::VectorXd> Encoding::Encode(const Assignment& assignment) const {
  RETURN_IF_ERROR(space_.CheckAssignment(assignment));
  Eigen::VectorXd point(domain_.size());
  Eigen::Index next = 0;
  for (const Parameter& parameter : space_.parameters()) {
    if (!DimensionOf(parameter.distribution).has_value()) continue;
    ASSIGN_OR_RETURN(point[next], UnitOf(parameter.distribution, assignment.find(parameter.name)->second));
    ++next;
  }
  return domain_.Snap(std::move(point));
}

Assignment Encoding::Decode(const Eigen::VectorXd& point) const {
  Assignment assignment;
  Eigen::Index next = 0;
  for (const Parameter& parameter : space_.parameters()) {
    const std::optional<gp::Dimension> dimension = DimensionOf(parameter.distribution);
    if (!dimension.has_value()) {
      assignment.emplace(parameter.name, NthValue(parameter.distribution, 0));
      continue;
    }
    const double coordinate = point[next++];
    // A distribution's ValueAt is defined below 1; its cells are not equally wide for stepped values.
    assignment.emplace(parameter.name,
                       dimension->is_discrete()
                           ? NthValue(parameter.distribution, gp::CellOf(coordinate, dimension->count))
                           : ValueAt(parameter.distribution, std::min(coordinate, std::nextafter(1.0, 0.0))));
  }
  return assignment;
}

}  // namespace sweepd
