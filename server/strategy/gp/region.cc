#include "server/strategy/gp/region.h"

#include <algorithm>

namespace sweepd::gp {

Eigen::VectorXd SnapInto(const Region& region, const Domain& domain, Eigen::VectorXd coordinates) {
  for (Eigen::Index i = 0; !region.is_everything() && i < domain.size(); ++i) {
    if (domain.dimension(i).kind == Dimension::Kind::kCategorical || coordinates[i] == kAbsent) continue;
    coordinates[i] = std::clamp(coordinates[i], region.lower[i], region.upper[i]);
  }
  return domain.Snap(std::move(coordinates));
}

}  // namespace sweepd::gp
