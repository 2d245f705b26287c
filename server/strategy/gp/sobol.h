// Scrambled Sobol points: low-discrepancy samples of the unit cube that differ from seed to seed.
//
// The digits come from Joe and Kuo's direction numbers (SIAM J. Sci. Comput. 30, 2008, in Boost.Random). Each
// coordinate is scrambled by a hash-based nested uniform (Owen) permutation of its 32 binary digits (Laine, Karras
// 2011; Burley, "Practical hash-based Owen scrambling", JCGT 9(4), 2020), which keeps every power-of-two block
// stratified. Coordinates beyond the table (kMaxSobolDimensions) are independent uniform numbers. The same on every
// machine.
#pragma once

#include <Eigen/Core>
#include <cstdint>

namespace sweepd::gp {

inline constexpr Eigen::Index kMaxSobolDimensions = 3000;

// Points first .. first + count - 1 of the sequence of `seed`, in the columns: dimensions x count, in (0, 1).
Eigen::MatrixXd SobolPoints(Eigen::Index dimensions, uint64_t seed, uint64_t first, Eigen::Index count);

}  // namespace sweepd::gp
