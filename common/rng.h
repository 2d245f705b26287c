// A counter-based random generator whose numbers are the same on every machine, compiler and version.
//
// Philox4x32 with ten rounds (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
// (seed, stream) names an independent sequence: streams need no common state, so trial i can be drawn from stream i
// without drawing the trials before it. The distributions are ours because those of the standard library and of abseil
// do not reproduce across versions. Not thread-safe; cheap to create and copy.
#pragma once

#include <array>
#include <cstdint>

namespace sweepd {

class Rng {
 public:
  Rng(uint64_t seed, uint64_t stream);

  uint64_t NextUint64();

  // Uniform in [0, 1), on the multiples of 2^-53.
  double NextUnit();

  // Uniform in {0, ..., bound - 1}, without bias. `bound` must be positive.
  uint64_t NextBelow(uint64_t bound);

  // Standard normal (Box-Muller; both numbers of a pair are used).
  double NextNormal();

 private:
  void Refill();

  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> block_{};
  int used_ = 4;
  bool has_spare_normal_ = false;
  double spare_normal_ = 0;
};

// One well-mixed word from two, to derive seeds and streams from names such as (sweep seed, purpose). SplitMix64's
// finaliser (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014).
uint64_t MixSeed(uint64_t a, uint64_t b);

}  // namespace sweepd
