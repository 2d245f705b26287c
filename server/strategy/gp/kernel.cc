#include "server/strategy/gp/kernel.h"

namespace sweepd::gp {

Eigen::MatrixXd SquaredDistances(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  Eigen::MatrixXd distances = -2.0 * (a.transpose() * b);
  distances.colwise() += a.colwise().squaredNorm().transpose();
  distances.rowwise() += b.colwise().squaredNorm();
  return distances.cwiseMax(0.0);
}

Eigen::MatrixXd Matern52(const Eigen::MatrixXd& squared_distances, double signal_variance) {
  const Eigen::ArrayXXd a = (5.0 * squared_distances.array()).sqrt();
  return signal_variance * (1.0 + a + a.square() / 3.0) * (-a).exp();
}

Matern52Slope Matern52WithSlope(const Eigen::MatrixXd& squared_distances, double signal_variance) {
  const Eigen::ArrayXXd a = (5.0 * squared_distances.array()).sqrt();
  const Eigen::ArrayXXd decay = signal_variance * (-a).exp();
  return {(1.0 + a + a.square() / 3.0) * decay, (-5.0 / 6.0) * (1.0 + a) * decay};
}

}  // namespace sweepd::gp
