// The iterations at which halving rules compare curves. All functions are pure.
#pragma once

#include <cstdint>
#include <vector>

#include "server/core/early_terminate.h"

namespace sweepd {

// The smallest trunc(min_iter * eta^i), i = 0, 1, ..., that is greater than `iteration`; kNever beyond 2^53, where
// double precision ends. O(log iteration / log eta).
int64_t NextBandFromBelow(int64_t min_iter, double eta, int64_t iteration);

// The distinct trunc(max_iter / eta^i), i = 1..s, that are at least 1, ascending.
std::vector<int64_t> BandsBelow(const BandsFromAbove& bands, double eta);

}  // namespace sweepd
