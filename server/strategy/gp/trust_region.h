// A box around the best point known, for searches in which the whole space is too wide.
//
// Its size follows TuRBO (Eriksson et al. 2019, arXiv:1910.01739): a run of improvements doubles it, a run without any
// halves it, and below a least size it starts again at the first. The box is the same in volume for every shape: longer
// in the directions in which the objective changes slowly.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "server/strategy/gp/domain.h"
#include "server/strategy/gp/region.h"

namespace sweepd::gp {

// What a sequence of labels in the order of their arrival (minimised) says about the size.
struct Progress {
  double size = 0.8;              // the side of the box, of the unit cube's
  Eigen::Index since_better = 0;  // results since the last that was better than all before it
};
Progress FollowProgress(const Eigen::VectorXd& labels, Eigen::Index dimensions);

// The box of that size around `centre`, cut off at the domain's bounds; discrete coordinates may always move by a cell.
Region TrustRegionAround(const Domain& domain, const Eigen::VectorXd& centre, double size,
                         const Eigen::VectorXd& log_length_scales);

}  // namespace sweepd::gp
