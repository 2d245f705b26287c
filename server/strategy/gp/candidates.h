// Candidate points for the acquisition's search: everywhere, and around good points.
#pragma once

#include <Eigen/Core>

#include "common/rng.h"
#include "server/strategy/gp/domain.h"
#include "server/strategy/gp/region.h"

namespace sweepd::gp {

// `count` points that cover the region of the domain evenly: scrambled Sobol, snapped.
Eigen::MatrixXd SpreadPoints(const Domain& domain, const Region& region, Eigen::Index count, Rng& rng);

// `count` points of the region around the columns of `centres` (at least one), taken in turn. The distance runs
// geometrically from kWidestStep to kNarrowestStep: a normal step in continuous and ordinal coordinates (at least one
// cell, when an ordinal one moves at all), another category in some of the categorical ones. Each point moves a random
// part of its coordinates, at least one, so that single coordinates are searched too; one that becomes active by it
// lies anywhere.
inline constexpr double kWidestStep = 0.2;
inline constexpr double kNarrowestStep = 0.002;
Eigen::MatrixXd NeighbourPoints(const Domain& domain, const Region& region, const Eigen::MatrixXd& centres,
                                Eigen::Index count, Rng& rng);

}  // namespace sweepd::gp
