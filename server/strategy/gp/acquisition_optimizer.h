// The search for the point of a domain where an acquisition is highest.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "common/rng.h"
#include "server/strategy/gp/acquisition.h"
#include "server/strategy/gp/domain.h"
#include "server/strategy/gp/gaussian_process.h"
#include "server/strategy/gp/local_predictor.h"
#include "server/strategy/gp/region.h"

namespace sweepd::gp {

// What is maximised. The references must outlive the call that gets it.
struct AcquisitionProblem {
  const Domain& domain;
  const GaussianProcess& model;
  Acquisition acquisition;
  Region region = {};
};

struct ScoredPoint {
  Eigen::VectorXd point;
  double score = 0;
};

// The acquisition at the points in the columns.
Eigen::VectorXd ScorePoints(const AcquisitionProblem& problem, const Eigen::MatrixXd& points);

// The same by what a predictor says of the problem's model.
Eigen::VectorXd ScorePoints(const AcquisitionProblem& problem, const LocalPredictor& predictor,
                            const Eigen::MatrixXd& points);

// Points with high acquisition, best first; never empty for a domain with a dimension. Screens spread candidates and
// the neighbourhood of `centres` (good known points, in the columns), climbs from the best separated ones by projected
// L-BFGS in units of the length scales, and alternates with sweeps over the discrete coordinates, one at a time. After
// the climbed points come the best screened ones, for a caller that must refuse some. Deterministic in its arguments.
std::vector<ScoredPoint> MaximizeAcquisition(const AcquisitionProblem& problem, const Eigen::MatrixXd& centres,
                                             Rng& rng);

}  // namespace sweepd::gp
