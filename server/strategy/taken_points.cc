#include "server/strategy/taken_points.h"

namespace sweepd {

bool IsExhausted(const gp::Domain& domain, const TakenPoints& taken) {
  const std::optional<uint64_t> count = domain.PointCount();
  return count.has_value() && taken.size() >= *count;
}

Eigen::MatrixXd FreePoints(const gp::Domain& domain, const TakenPoints& taken) {
  const uint64_t count = *domain.PointCount();
  Eigen::MatrixXd points(domain.size(), static_cast<Eigen::Index>(count));
  Eigen::Index found = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const Eigen::VectorXd point = domain.PointAt(i);
    if (!taken.Contains(point)) points.col(found++) = point;
  }
  return points.leftCols(found);
}

Eigen::VectorXd RandomFreePoint(const gp::Domain& domain, const TakenPoints& taken, Rng& rng) {
  constexpr int kTries = 100;
  Eigen::VectorXd point(domain.size());
  for (int i = 0; i < kTries; ++i) {
    for (double& coordinate : point) coordinate = rng.NextUnit();
    point = domain.Snap(std::move(point));
    if (!taken.Contains(point)) return point;
  }
  // Only a finite domain can be taken so densely; at most taken.size() steps lead to a free point.
  const std::optional<uint64_t> count = domain.PointCount();
  if (!count.has_value()) return point;
  uint64_t index = rng.NextBelow(*count);
  while (taken.Contains(domain.PointAt(index))) index = (index + 1) % *count;
  return domain.PointAt(index);
}

}  // namespace sweepd
