#include "server/strategy/taken_points.h"

namespace sweepd {

bool IsExhausted(const Encoding& space, const TakenPoints& taken) {
  const std::optional<uint64_t> count = space.PointCount();
  return count.has_value() && taken.size() >= *count;
}

Eigen::MatrixXd FreePoints(const Encoding& space, const TakenPoints& taken) {
  const uint64_t count = *space.PointCount();
  Eigen::MatrixXd points(space.domain().size(), static_cast<Eigen::Index>(count));
  Eigen::Index found = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const Eigen::VectorXd point = space.PointAt(i);
    if (!taken.Contains(point)) points.col(found++) = point;
  }
  return points.leftCols(found);
}

Eigen::VectorXd RandomFreePoint(const Encoding& space, const TakenPoints& taken, Rng& rng) {
  constexpr int kTries = 100;
  Eigen::VectorXd point(space.domain().size());
  for (int i = 0; i < kTries; ++i) {
    for (double& coordinate : point) coordinate = rng.NextUnit();
    point = space.Canonical(point);
    if (!taken.Contains(point)) return point;
  }
  // Only a finite space can be taken so densely; at most taken.size() steps lead to a free point.
  const std::optional<uint64_t> count = space.PointCount();
  if (!count.has_value()) return point;
  uint64_t index = rng.NextBelow(*count);
  while (taken.Contains(space.PointAt(index))) index = (index + 1) % *count;
  return space.PointAt(index);
}

}  // namespace sweepd
