// A search space as the box that the Gaussian process searches.
//
// Values and coordinates are turned into each other by core's ValueAt, UnitOf, NthValue and IndexOf, the functions that
// random and grid search use as well. Parameters that never vary are no dimension. A continuous parameter is a
// continuous coordinate, its distribution's CDF; so is one of stepped values that are not evenly spaced
// (q_log_uniform_values, q_normal and so on), where neighbouring coordinates share a value. Integers and q_uniform are
// ordinal, so that the model sees the centres of equally wide cells. So are three or more `values` that are all
// numbers, in ascending order: 16, 32, 64 have neighbours. Other lists of values are categorical. A parameter that an
// assignment leaves out has the coordinate gp::kAbsent. Immutable; safe to share between threads.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <vector>

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

  // Whether different points of the domain may stand for one assignment: some parameter has uneven steps.
  bool has_aliases() const { return has_aliases_; }

  // The point that Encode gives for the assignment of `point`.
  Eigen::VectorXd Canonical(const Eigen::VectorXd& point) const;

  // Number of different assignments; nullopt when the space is not finite. PointAt gives the canonical point of one.
  std::optional<uint64_t> PointCount() const;
  Eigen::VectorXd PointAt(uint64_t index) const;

 private:
  // How one dimension reads its parameter.
  struct Axis {
    size_t parameter = 0;  // its index in the space
    gp::Dimension dimension;
    // The index of the value in each cell; empty when it is the cell's own number.
    std::vector<uint64_t> value_of_cell;
  };

  static std::vector<Axis> MakeAxes(const SearchSpace& space);
  static gp::Domain DomainOf(const std::vector<Axis>& axes);
  absl::StatusOr<double> CoordinateOf(const Axis& axis, const Value& value) const;
  Value ValueOf(const Axis& axis, double coordinate) const;

  SearchSpace space_;
  std::vector<Axis> axes_;
  std::vector<std::optional<size_t>> axis_of_parameter_;  // nullopt for one that never varies
  gp::Domain domain_;
  std::optional<PointIndex> index_;  // nullopt when the space is not finite
  bool has_aliases_ = false;
};

}  // namespace sweepd
