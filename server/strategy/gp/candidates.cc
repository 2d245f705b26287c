#include "server/strategy/gp/candidates.h"

#include <algorithm>
#include <cmath>

#include "server/strategy/gp/sobol.h"

namespace sweepd::gp {
namespace {

// Mirrors a coordinate that left the interval back into it, so that steps do not pile up on the bounds.
double Reflect(double x) {
  if (x < 0) x = -x;
  if (x > 1) x = 2 - x;
  return std::clamp(x, 0.0, 1.0);
}

double Moved(const Dimension& dimension, double x, double width, Rng& rng) {
  if (dimension.kind == Dimension::Kind::kCategorical) {
    return CellCentre(rng.NextBelow(dimension.count), dimension.count);
  }
  double step = width * rng.NextNormal();
  if (dimension.kind == Dimension::Kind::kOrdinal) {
    const double cell = 1.0 / static_cast<double>(dimension.count);
    if (std::abs(step) < cell) step = std::copysign(cell, step);
  }
  return Reflect(x + step);
}

}  // namespace

Eigen::MatrixXd SpreadPoints(const Domain& domain, const Region& region, Eigen::Index count, Rng& rng) {
  Eigen::MatrixXd points = SobolPoints(domain.size(), rng.NextUint64(), 0, count);
  for (auto point : points.colwise()) {
    for (Eigen::Index i = 0; !region.is_everything() && i < domain.size(); ++i) {
      if (domain.dimension(i).kind == Dimension::Kind::kCategorical) continue;
      point[i] = region.lower[i] + point[i] * (region.upper[i] - region.lower[i]);
    }
    point = domain.Snap(point);
  }
  return points;
}

Eigen::MatrixXd NeighbourPoints(const Domain& domain, const Region& region, const Eigen::MatrixXd& centres,
                                Eigen::Index count, Rng& rng) {
  Eigen::MatrixXd points(domain.size(), count);
  if (domain.size() == 0) return points;
  // In low dimension most coordinates move, in high dimension about five do.
  const double moves = std::min(0.7, 5.0 / static_cast<double>(domain.size()));
  for (Eigen::Index column = 0; column < count; ++column) {
    const double progress = count > 1 ? static_cast<double>(column) / static_cast<double>(count - 1) : 0.0;
    const double width = kWidestStep * std::pow(kNarrowestStep / kWidestStep, progress);
    Eigen::VectorXd point = centres.col(column % centres.cols());
    const auto forced = static_cast<Eigen::Index>(rng.NextBelow(static_cast<uint64_t>(domain.size())));
    for (Eigen::Index i = 0; i < domain.size(); ++i) {
      if (point[i] == kAbsent) {
        point[i] = rng.NextUnit();
      } else if (i == forced || rng.NextUnit() < moves) {
        point[i] = Moved(domain.dimension(i), point[i], width, rng);
      }
    }
    points.col(column) = SnapInto(region, domain, std::move(point));
  }
  return points;
}

}  // namespace sweepd::gp
