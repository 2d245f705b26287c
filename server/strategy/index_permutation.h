// A permutation of 0..n-1 for any n, drawn from a seed, without a table.
//
// A balanced Feistel network permutes the least even power of two that holds n; an index that leaves 0..n-1 is permuted
// again until it is back (cycle walking: Black, Rogaway: "Ciphers with arbitrary finite domains", CT-RSA 2002), at most
// four times on average. O(1) in n. Immutable; safe to share between threads.
#pragma once

#include <cstdint>

namespace sweepd {

class IndexPermutation {
 public:
  // size <= 2^63.
  IndexPermutation(uint64_t size, uint64_t seed);

  // Where `index` goes; index < size, and so is the result. Different ones go to different places.
  uint64_t At(uint64_t index) const;

 private:
  uint64_t Permute(uint64_t word) const;

  uint64_t size_;
  uint64_t seed_;
  int half_bits_;
};

}  // namespace sweepd
