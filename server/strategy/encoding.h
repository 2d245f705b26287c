// A search space as the box that the Gaussian process searches.
//
// Parameters with one value are no dimension. A continuous parameter is a continuous coordinate, its distribution's
// CDF. Integers and stepped values are ordinal, so that the model sees the centres of equally wide cells; categorical
// ones are categorical. Immutable; safe to share between threads.
#pragma once

#include <Eigen/Core>

#include "absl/status/statusor.h"
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

 private:
  SearchSpace space_;
  gp::Domain domain_;
};

}  // namespace sweepd
