// The Matern 5/2 covariance with one length scale per dimension (automatic relevance determination).
//
//     k(x, x') = s (1 + a + a^2 / 3) exp(-a),  a = sqrt(5) r,  r^2 = sum_j (x_j - x'_j)^2 / l_j^2
//
// with s the signal variance and l the length scales. Everything here works on *scaled* features x_j / l_j and squared
// distances r^2, so that distances cost one matrix product and the derivative with respect to any length scale or
// coordinate is dk/dr^2 times a difference of scaled features, without a division by r.
//
// Rasmussen, Williams: Gaussian Processes for Machine Learning (2006), section 4.2.1 and 5.1.
#pragma once

#include <Eigen/Core>

namespace sweepd::gp {

// r^2 between the columns of `a` (rows of the result) and those of `b`; never negative.
Eigen::MatrixXd SquaredDistances(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);

// Elementwise k of r^2.
Eigen::MatrixXd Matern52(const Eigen::MatrixXd& squared_distances, double signal_variance);

// k and dk/dr^2 = -(5/6) s (1 + a) exp(-a) together, for the price of one exponential.
struct Matern52Slope {
  Eigen::MatrixXd value;
  Eigen::MatrixXd slope;
};
Matern52Slope Matern52WithSlope(const Eigen::MatrixXd& squared_distances, double signal_variance);

}  // namespace sweepd::gp
