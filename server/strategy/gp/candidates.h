// Candidate points for the acquisition's search: everywhere, and around good points.
#pragma once

#include <Eigen/Core>

#include "common/rng.h"
#include "server/strategy/gp/domain.h"

namespace sweepd::gp {

// `count` points of the domain that cover it evenly: scrambled Sobol, snapped.
Eigen::MatrixXd SpreadPoints(const Domain& domain, Eigen::Index count, Rng& rng);

// `count` points around the columns of `centres` (at least one), taken in turn. The distance runs geometrically from
// kWidestStep to kNarrowestStep: a normal step in continuous and ordinal coordinates (at least one cell, when an
// ordinal one moves at all), another category in some of the categorical ones. Each point moves a random part of its
// coordinates, at least one, so that single coordinates are searched too.
inline constexpr double kWidestStep = 0.2;
inline constexpr double kNarrowestStep = 0.002;
Eigen::MatrixXd NeighbourPoints(const Domain& domain, const Eigen::MatrixXd& centres, Eigen::Index count, Rng& rng);

}  // namespace sweepd::gp
