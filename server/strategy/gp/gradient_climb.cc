#include "server/strategy/gp/gradient_climb.h"

#include <cmath>

#include "server/strategy/gp/box_minimizer.h"

namespace sweepd::gp {
namespace {

constexpr int kMaxEvaluations = 40;

std::vector<Eigen::Index> MovingDimensions(const Domain& domain, const Eigen::VectorXd& point, Relaxation relaxation) {
  std::vector<Eigen::Index> moving;
  for (Eigen::Index i = 0; i < domain.size(); ++i) {
    if (point[i] == kAbsent) continue;
    const Dimension::Kind kind = domain.dimension(i).kind;
    const bool relaxed = kind == Dimension::Kind::kOrdinal && relaxation == Relaxation::kOrdinals;
    if (kind == Dimension::Kind::kContinuous || relaxed) moving.push_back(i);
  }
  return moving;
}

}  // namespace

ScoredPoint ClimbByGradient(const AcquisitionProblem& problem, const LocalPredictor& predictor, ScoredPoint start,
                            Relaxation relaxation) {
  const Domain& domain = problem.domain;
  const std::vector<Eigen::Index> moving = MovingDimensions(domain, start.point, relaxation);
  if (moving.empty()) return start;
  const Eigen::ArrayXd length_scales = problem.model.hyperparameters().log_length_scales(moving).array().exp();
  Eigen::VectorXd point = start.point;

  const auto negative_acquisition = [&](const Eigen::VectorXd& scaled, Eigen::VectorXd& gradient) {
    point(moving) = (scaled.array() * length_scales).matrix();
    const PredictionSlope prediction = predictor.PredictWithSlope(domain.Embed(point));
    const AcquisitionValue value = Evaluate(problem.acquisition, prediction.mean, prediction.variance);
    const Eigen::VectorXd slope =
        prediction.mean_slope * value.mean_slope + value.variance_slope * prediction.variance_slope;
    gradient = (-domain.CoordinateSlope(point, slope)(moving).array() * length_scales).matrix();
    return -value.value;
  };
  Box box{Eigen::VectorXd(length_scales.size()), Eigen::VectorXd(length_scales.size())};
  for (Eigen::Index k = 0; k < length_scales.size(); ++k) {
    const Eigen::Index i = moving[static_cast<size_t>(k)];
    box.lower[k] = problem.region.lower_bound(i) / length_scales[k];
    box.upper[k] = problem.region.upper_bound(i) / length_scales[k];
  }
  const Eigen::VectorXd from = (start.point(moving).array() / length_scales).matrix();
  const Minimum minimum = MinimizeInBox(negative_acquisition, box, from, {kMaxEvaluations, 1e-6, 1e-8});

  Eigen::VectorXd climbed = start.point;
  climbed(moving) = (minimum.x.array() * length_scales).matrix();
  climbed = domain.Snap(std::move(climbed));
  const double score = ScorePoints(problem, predictor, climbed)[0];
  // Snapping may have lost what the climb gained.
  if (!(score > start.score)) return start;
  return {std::move(climbed), score};
}

}  // namespace sweepd::gp
