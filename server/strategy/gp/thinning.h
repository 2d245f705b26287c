// A smaller training set that stands for a large one.
#pragma once

#include "server/strategy/gp/gaussian_process.h"

namespace sweepd::gp {

// At most `size` observations in their original order: half of them the best (smallest labels), half an even choice
// over the ranks of the rest. Deterministic.
TrainingSet Thin(const TrainingSet& data, Eigen::Index size);

}  // namespace sweepd::gp
