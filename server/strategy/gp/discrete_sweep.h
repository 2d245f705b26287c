// Local ascent of an acquisition along the discrete coordinates, one at a time.
#pragma once

#include "server/strategy/gp/acquisition_optimizer.h"

namespace sweepd::gp {

// Up to this many cells of one coordinate are all tried. Of a longer ordinal coordinate the cells at distances 1, 2, 4,
// ... are, of a longer categorical one a random choice of this many.
inline constexpr uint64_t kMaxTriedCells = 64;

// Moves each discrete coordinate in turn to its best cell inside the region, the others held fixed but for those that
// become active or inactive by it. Returns whether the point changed; its score, by the predictor, is kept up to date
// and never falls.
bool SweepDiscreteCoordinates(const AcquisitionProblem& problem, const LocalPredictor& predictor, ScoredPoint& point,
                              Rng& rng);

}  // namespace sweepd::gp
