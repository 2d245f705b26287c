// A part of a domain to search in.
#pragma once

#include <Eigen/Core>

#include "server/strategy/gp/domain.h"

namespace sweepd::gp {

// Bounds of continuous and ordinal coordinates, within [0, 1]; categories are free. Empty vectors: the whole domain.
struct Region {
  Eigen::VectorXd lower;
  Eigen::VectorXd upper;

  bool is_everything() const { return lower.size() == 0; }
  double lower_bound(Eigen::Index i) const { return is_everything() ? 0.0 : lower[i]; }
  double upper_bound(Eigen::Index i) const { return is_everything() ? 1.0 : upper[i]; }
};

// The coordinates moved into the region and snapped: continuous ones lie inside, a cell's centre may lie outside by
// half a cell.
Eigen::VectorXd SnapInto(const Region& region, const Domain& domain, Eigen::VectorXd coordinates);

}  // namespace sweepd::gp
