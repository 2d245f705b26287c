#include "server/strategy/gp/acquisition_optimizer.h"

#include <gtest/gtest.h>

#include "server/strategy/gp/candidates.h"
#include "server/strategy/gp/discrete_sweep.h"
#include "server/strategy/gp/gradient_climb.h"
#include "tests/strategy/gp/training_sets.h"

namespace sweepd::gp {
namespace {

using Kind = Dimension::Kind;

// A model of a function of the points' features, fitted on spread points.
GaussianProcess ModelOf(const Domain& domain, Eigen::Index n) {
  Rng rng(8, 8);
  const Eigen::MatrixXd points = SpreadPoints(domain, {}, n, rng);
  TrainingSet data{domain.Embed(points), Eigen::VectorXd(n), domain.dimension_of_feature()};
  for (Eigen::Index j = 0; j < n; ++j) data.labels[j] = (points.col(j).array() - 0.6).square().sum();
  Hyperparameters hyperparameters = SomeHyperparameters(domain.size());
  hyperparameters.log_noise_variance = std::log(1e-4);
  return *GaussianProcess::Fit(data, hyperparameters);
}

class AcquisitionOptimizer : public testing::TestWithParam<Acquisition::Kind> {
 protected:
  Acquisition acquisition() const { return {GetParam(), 0.01, 1.8}; }
};

TEST_P(AcquisitionOptimizer, FindsWhatADenseGridFinds) {
  const Domain domain({{Kind::kContinuous, 0}, {Kind::kContinuous, 0}});
  const GaussianProcess model = ModelOf(domain, 15);
  const AcquisitionProblem problem{domain, model, acquisition(), {}};
  Eigen::MatrixXd grid(2, 101 * 101);
  for (Eigen::Index i = 0; i < grid.cols(); ++i) {
    grid.col(i) = Eigen::Vector2d(static_cast<double>(i % 101), static_cast<double>(i / 101)) / 100;
  }
  Rng rng(1, 1);
  const auto best = MaximizeAcquisition(problem, Eigen::MatrixXd(2, 0), rng);
  EXPECT_GE(best.front().score, ScorePoints(problem, grid).maxCoeff() - 1e-6);
}

TEST_P(AcquisitionOptimizer, FindsTheBestPointOfADiscreteDomain) {
  const Domain domain({{Kind::kOrdinal, 30}, {Kind::kOrdinal, 20}, {Kind::kCategorical, 5}});
  const GaussianProcess model = ModelOf(domain, 20);
  const AcquisitionProblem problem{domain, model, acquisition(), {}};
  Eigen::MatrixXd all(3, 3000);
  for (Eigen::Index i = 0; i < all.cols(); ++i) all.col(i) = domain.PointAt(static_cast<uint64_t>(i));
  Rng rng(1, 1);
  const auto best = MaximizeAcquisition(problem, all.leftCols(2), rng);
  EXPECT_NEAR(best.front().score, ScorePoints(problem, all).maxCoeff(), 1e-9);
}

TEST_P(AcquisitionOptimizer, ReturnsPointsOfTheDomainWithTheirScores) {
  const Domain domain({{Kind::kContinuous, 0}, {Kind::kOrdinal, 1000}, {Kind::kCategorical, 200}});
  const GaussianProcess model = ModelOf(domain, 20);
  const AcquisitionProblem problem{domain, model, acquisition(), {}};
  Rng rng(1, 1);
  const auto ranking = MaximizeAcquisition(problem, Eigen::MatrixXd::Constant(3, 1, 0.5), rng);
  ASSERT_GT(ranking.size(), 10u);
  for (const ScoredPoint& candidate : ranking) {
    EXPECT_EQ(domain.Snap(candidate.point), candidate.point);
    EXPECT_NEAR(candidate.score, ScorePoints(problem, candidate.point)[0], 1e-6);
    EXPECT_LE(candidate.score, ranking.front().score);
  }
}

TEST_P(AcquisitionOptimizer, ClimbsAndSweepsWithoutEverLosing) {
  const Domain domain({{Kind::kContinuous, 0}, {Kind::kOrdinal, 7}, {Kind::kOrdinal, 5000}, {Kind::kCategorical, 3}});
  const GaussianProcess model = ModelOf(domain, 25);
  const AcquisitionProblem problem{domain, model, acquisition(), {}};
  Rng rng(1, 1);
  const Eigen::MatrixXd starts = SpreadPoints(domain, {}, 30, rng);
  for (const auto& start : starts.colwise()) {
    const LocalPredictor predictor(model, domain.Embed(start));
    ScoredPoint point{start, ScorePoints(problem, start)[0]};
    for (const Relaxation relaxation : {Relaxation::kOrdinals, Relaxation::kNone}) {
      const double before = point.score;
      point = ClimbByGradient(problem, predictor, std::move(point), relaxation);
      EXPECT_GE(point.score, before);
      const double climbed = point.score;
      const bool changed = SweepDiscreteCoordinates(problem, predictor, point, rng);
      EXPECT_EQ(changed, point.score > climbed);
      EXPECT_EQ(domain.Snap(point.point), point.point);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, AcquisitionOptimizer,
                         testing::Values(Acquisition::Kind::kLogExpectedImprovement,
                                         Acquisition::Kind::kLowerConfidenceBound),
                         [](const testing::TestParamInfo<Acquisition::Kind>& kind) {
                           return kind.param == Acquisition::Kind::kLowerConfidenceBound ? "Bound" : "Improvement";
                         });

}  // namespace
}  // namespace sweepd::gp
