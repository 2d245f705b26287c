// Predictions of a Gaussian process for many points near one place.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "server/strategy/gp/gaussian_process.h"

namespace sweepd::gp {

// At one point, with the derivatives by its features.
struct PredictionSlope {
  Eigen::VectorXd mean;  // one per output
  double variance = 0;
  Eigen::MatrixXd mean_slope;  // d x outputs
  Eigen::VectorXd variance_slope;
};

// The mean comes from all points of the model. So does the variance while they are few; of many, only those nearest to
// the place shrink it, in units of the length scales: what is farther away hardly does, and the cost per prediction
// falls from O(n^2) to O(n). It is an upper bound of the variance, nearly exact around the place.
class LocalPredictor {
 public:
  // More points than kAll are cut down to the kNearest ones.
  static constexpr Eigen::Index kAll = 192;
  static constexpr Eigen::Index kNearest = 128;

  // `features` is the place. The model must outlive the predictor and stay as it is.
  LocalPredictor(const GaussianProcess& model, const Eigen::VectorXd& features);

  // At the columns of `features`.
  Prediction Predict(const Eigen::MatrixXd& features) const;

  // At one point.
  PredictionSlope PredictWithSlope(const Eigen::VectorXd& features) const;

 private:
  bool is_local() const { return !nearest_.empty(); }

  const GaussianProcess& model_;
  std::vector<Eigen::Index> nearest_;  // ascending; empty: all
  Eigen::MatrixXd lower_inverse_;      // of the nearest
};

}  // namespace sweepd::gp
