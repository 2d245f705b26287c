#include "server/strategy/index_permutation.h"

#include <algorithm>
#include <bit>

#include "common/rng.h"

namespace sweepd {
namespace {

constexpr uint64_t kRounds = 6;

}  // namespace

IndexPermutation::IndexPermutation(uint64_t size, uint64_t seed)
    : size_(size), seed_(seed), half_bits_(std::max(1, (static_cast<int>(std::bit_width(size - 1)) + 1) / 2)) {}

uint64_t IndexPermutation::At(uint64_t index) const {
  if (size_ <= 1) return index;
  do {
    index = Permute(index);
  } while (index >= size_);
  return index;
}

uint64_t IndexPermutation::Permute(uint64_t word) const {
  const uint64_t mask = (uint64_t{1} << half_bits_) - 1;
  uint64_t left = word >> half_bits_;
  uint64_t right = word & mask;
  for (uint64_t round = 0; round < kRounds; ++round) {
    const uint64_t mixed = left ^ (MixSeed(MixSeed(seed_, round), right) & mask);
    left = right;
    right = mixed;
  }
  return (left << half_bits_) | right;
}

}  // namespace sweepd
