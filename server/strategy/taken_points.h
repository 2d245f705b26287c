// The points of a space that a sweep has already used, and the search for one that is free.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "common/rng.h"
#include "server/strategy/encoding.h"

namespace sweepd {

// A finite space with at most this many points is enumerated instead of searched.
inline constexpr uint64_t kMaxEnumerated = 4096;

// A set of canonical points of one space (encoding.h). Not thread-safe while it changes.
class TakenPoints {
 public:
  void Add(const Eigen::VectorXd& point) { points_.insert(Key(point)); }
  bool Contains(const Eigen::VectorXd& point) const { return points_.count(Key(point)) > 0; }
  uint64_t size() const { return points_.size(); }

 private:
  static std::vector<double> Key(const Eigen::VectorXd& point) { return {point.begin(), point.end()}; }

  std::set<std::vector<double>> points_;
};

// Whether the space is finite and every point is taken.
bool IsExhausted(const Encoding& space, const TakenPoints& taken);

// Every free point of a finite space with at most kMaxEnumerated points, in the columns.
Eigen::MatrixXd FreePoints(const Encoding& space, const TakenPoints& taken);

// A random free point, canonical. The space must not be exhausted. Drawn evenly over the box, except where a large
// finite space is nearly exhausted: then the first free one from a random place on.
Eigen::VectorXd RandomFreePoint(const Encoding& space, const TakenPoints& taken, Rng& rng);

}  // namespace sweepd
