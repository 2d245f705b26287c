// A search space as the box that the Gaussian process searches.
//
// Values and coordinates are turned into each other by core's ValueAt, UnitOf, NthValue and IndexOf, the functions that
// random and grid search use as well. Parameters with one value are no dimension. A continuous parameter is a
// continuous coordinate, its distribution's CDF; so is one of stepped values that are not evenly spaced
// (q_log_uniform_values, q_normal and so on), where neighbouring coordinates share a value. Integers and q_uniform are
// ordinal, so that the model sees the centres of equally wide cells; categorical ones are categorical. A parameter that
// an assignment leaves out has a fixed coordinate, the middle. Immutable; safe to share between threads.
#pragma once

#include <Eigen/Core>
#include <optional>

#include "absl/status/statusor.h"
#include "server/core/point_index.h"
#include "server/core/search_space.h"
#include "server/strategy/gp/domain.h"

namespace sweepd {

class Encoding {
 public:
  explicit Encoding(SearchSpace space);

  const gp::Domain& domain() const { return domain_; }

  // The point of an assignment. INVALID_ARGUMENT when the assignment is not one of the space.
  absl::StatusOr<Eigen::VectorXd> Encode(const Assignment& assignment) const;

  // The assignment of a point; always inside the space. Decode(Encode(a)) has a's values for discrete parameters (with
  // fewer than 2^50 values), and for continuous ones values within a few units in the last place.
  Assignment Decode(const Eigen::VectorXd& point) const;

  // Whether different points may stand for one assignment: some parameter may be absent, or has uneven steps.
  bool has_aliases() const { return has_aliases_; }

  // The point that Encode gives for the assignment of `point`.
  Eigen::VectorXd Canonical(const Eigen::VectorXd& point) const;

  // Number of different assignments; nullopt when the space is not finite. PointAt gives the canonical point of one.
  std::optional<uint64_t> PointCount() const;
  Eigen::VectorXd PointAt(uint64_t index) const;

 private:
  SearchSpace space_;
  gp::Domain domain_;
  std::optional<PointIndex> index_;  // nullopt when the space is not finite
  bool has_aliases_ = false;
};

}  // namespace sweepd
