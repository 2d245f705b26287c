// A task with a seed: where its optimum lies, and its random numbers.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "common/rng.h"
#include "server/core/search_space.h"

namespace sweepd::quality {

// 0.1 + 0.8 frac(sin(12.9898 seed + 78.233 (j + 1)) * 43758.5453), in [0.1, 0.9): the place of the optimum in the j-th
// coordinate, j from 0. The fraction is that of floor, never negative.
double Shift(uint64_t seed, int64_t j);

// A generator that depends on the task's name, the seed, and what it is for.
Rng InstanceRng(absl::string_view task, uint64_t seed, uint64_t purpose);

// The purposes of the random numbers of an instance. Those of a trial add its number.
inline constexpr uint64_t kLandscape = 1;
inline constexpr uint64_t kNoise = uint64_t{1} << 32;
inline constexpr uint64_t kFailure = uint64_t{2} << 32;
inline constexpr uint64_t kDuration = uint64_t{3} << 32;

// Reads assignments of a space in relation to the instance's optimum. The space must outlive it.
class Instance {
 public:
  Instance(const SearchSpace& space, uint64_t seed) : space_(space), seed_(seed) {}

  uint64_t seed() const { return seed_; }

  // Whether the parameter is in the assignment.
  static bool Has(const Assignment& assignment, absl::string_view name);

  // Of a number, which is in the assignment: how far it lies from its optimum, in units of its law's unit interval, in
  // (-1, 1). The optimum is the value of the law whose cell holds Shift(seed, index of the parameter) + `moved`,
  // wrapped into [0.1, 0.9): it can be reached exactly, and the offset there is 0.
  double Offset(const Assignment& assignment, absl::string_view name, double moved = 0) const;

  // Of a finite law: the index of the value in the order of the law.
  int64_t Index(const Assignment& assignment, absl::string_view name) const;

  // Of a categorical, which is in the assignment: 0 for the instance's best value, for the others a number in
  // [0.25, 1) that the seed and the value's index decide.
  double Penalty(const Assignment& assignment, absl::string_view name) const;

 private:
  size_t Find(absl::string_view name) const;

  const SearchSpace& space_;
  uint64_t seed_;
};

}  // namespace sweepd::quality
