#include "server/strategy/gp/gradient_climb.h"

#include <cmath>

#include "server/strategy/gp/box_minimizer.h"

namespace sweepd::gp {
namespace {

constexpr int kMaxEvaluations = 40;

std::vector<Eigen::Index> MovingDimensions(const Domain& domain, Relaxation relaxation) {
  std::vector<Eigen::Index> moving;
  for (Eigen::Index i = 0; i < domain.size(); ++i) {
    const Dimension::Kind kind = domain.dimension(i).kind;
    const bool relaxed = kind == Dimension::Kind::kOrdinal && relaxation == Relaxation::kOrdinals;
    if (kind == Dimension::Kind::kContinuous || relaxed) moving.push_back(i);
  }
  return moving;
}

}  // namespace

ScoredPoint ClimbByGradient(const AcquisitionProblem& problem, ScoredPoint start, Relaxation relaxation) {
  const std::vector<Eigen::Index> moving = MovingDimensions(problem.domain, relaxation);
  if (moving.empty()) return start;
  std::vector<Eigen::Index> feature_of;
  feature_of.reserve(moving.size());
  for (const Eigen::Index i : moving) feature_of.push_back(problem.domain.first_feature(i));
  const Eigen::ArrayXd length_scales = problem.model.hyperparameters().log_length_scales(moving).array().exp();
  const Eigen::VectorXd start_features = problem.domain.Embed(start.point);

  const auto negative_acquisition = [&](const Eigen::VectorXd& scaled, Eigen::VectorXd& gradient) {
    Eigen::VectorXd features = start_features;
    features(feature_of) = (scaled.array() * length_scales).matrix();
    const PredictionSlope prediction = problem.model.PredictWithSlope(features);
    const AcquisitionValue value = Evaluate(problem.acquisition, prediction.mean, prediction.variance);
    const Eigen::VectorXd slope =
        value.mean_slope * prediction.mean_slope + value.variance_slope * prediction.variance_slope;
    gradient = (-slope(feature_of).array() * length_scales).matrix();
    return -value.value;
  };
  const Box box{Eigen::VectorXd::Zero(length_scales.size()), length_scales.inverse().matrix()};
  const Eigen::VectorXd from = (start.point(moving).array() / length_scales).matrix();
  const Minimum minimum = MinimizeInBox(negative_acquisition, box, from, {kMaxEvaluations, 1e-6, 1e-8});

  Eigen::VectorXd climbed = start.point;
  climbed(moving) = (minimum.x.array() * length_scales).matrix();
  climbed = problem.domain.Snap(std::move(climbed));
  const double score = ScorePoints(problem, climbed)[0];
  // Snapping may have lost what the climb gained.
  if (!(score > start.score)) return start;
  return {std::move(climbed), score};
}

}  // namespace sweepd::gp
