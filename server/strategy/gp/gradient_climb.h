// Local ascent of an acquisition along the coordinates that have a gradient.
#pragma once

#include "server/strategy/gp/acquisition_optimizer.h"

namespace sweepd::gp {

// Which coordinates move: the continuous ones, or ordinal ones too, as if they were continuous and then snapped.
enum class Relaxation { kNone, kOrdinals };

// A point of the region at least as good as `start` by the predictor, by which the start's score must be its own.
// Projected L-BFGS on coordinates divided by their length scales, in which the acquisition is about equally curved in
// every direction.
ScoredPoint ClimbByGradient(const AcquisitionProblem& problem, const LocalPredictor& predictor, ScoredPoint start,
                            Relaxation relaxation);

}  // namespace sweepd::gp
