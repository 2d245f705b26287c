#include "server/strategy/gp/sobol.h"

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <vector>

#include "common/rng.h"

namespace sweepd::gp {
namespace {

using SobolEngine = boost::random::sobol_engine<uint32_t, 32>;

uint32_t ReverseBits(uint32_t x) {
  x = (x & 0x55555555) << 1 | (x >> 1 & 0x55555555);
  x = (x & 0x33333333) << 2 | (x >> 2 & 0x33333333);
  x = (x & 0x0F0F0F0F) << 4 | (x >> 4 & 0x0F0F0F0F);
  return __builtin_bswap32(x);
}

// A permutation in which every bit depends on itself and the lower ones only (Burley 2020, listing 2).
uint32_t LaineKarras(uint32_t x, uint32_t seed) {
  x ^= x * 0x3D20ADEA;
  x += seed;
  x *= (seed >> 16) | 1;
  x ^= x * 0x05526C56;
  x ^= x * 0x53A22864;
  return x;
}

double Scrambled(uint32_t digits, uint32_t seed) {
  const uint32_t permuted = ReverseBits(LaineKarras(ReverseBits(digits), seed));
  return (static_cast<double>(permuted) + 0.5) * 0x1p-32;
}

}  // namespace

Eigen::MatrixXd SobolPoints(Eigen::Index dimensions, uint64_t seed, uint64_t first, Eigen::Index count) {
  Eigen::MatrixXd points(dimensions, count);
  const Eigen::Index tabulated = std::min(dimensions, kMaxSobolDimensions);
  if (tabulated == 0) return points;
  Rng scrambles(seed, 0);
  std::vector<uint32_t> seeds(static_cast<size_t>(tabulated));
  for (uint32_t& scramble : seeds) scramble = static_cast<uint32_t>(scrambles.NextUint64());

  SobolEngine engine(static_cast<size_t>(tabulated));
  // The sequence has 2^32 points; it starts again before its end.
  constexpr uint64_t kPeriod = 1 << 30;
  const uint64_t start = first % kPeriod;
  // Boost leaves out the first point, the origin, and counts from the second one.
  engine.seed(static_cast<uint32_t>(std::max<uint64_t>(start, 1) - 1));
  for (Eigen::Index column = 0; column < count; ++column) {
    const bool origin = start == 0 && column == 0;
    for (Eigen::Index i = 0; i < tabulated; ++i) {
      points(i, column) = Scrambled(origin ? 0 : engine(), seeds[static_cast<size_t>(i)]);
    }
    if (tabulated == dimensions) continue;
    Rng rest(seed, first + static_cast<uint64_t>(column) + 1);
    for (Eigen::Index i = tabulated; i < dimensions; ++i) points(i, column) = rest.NextUnit();
  }
  return points;
}

}  // namespace sweepd::gp
