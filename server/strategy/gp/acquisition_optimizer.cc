#include "server/strategy/gp/acquisition_optimizer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "server/strategy/gp/candidates.h"
#include "server/strategy/gp/discrete_sweep.h"
#include "server/strategy/gp/gradient_climb.h"

namespace sweepd::gp {
namespace {

constexpr Eigen::Index kSpreadCandidates = 512;
constexpr Eigen::Index kNeighbourCandidates = 256;
// Of a model with more points only every kPromisingShare-th candidate, the best by an optimistic bound, is scored.
constexpr Eigen::Index kScreenAllUpTo = 128;
constexpr size_t kPromisingShare = 6;
constexpr size_t kStarts = 6;
constexpr int kRounds = 4;
// Screened points handed back beside the climbed ones.
constexpr size_t kRunnersUp = 64;
// Two starts are separated when some coordinate differs by this much.
constexpr double kSeparation = 0.05;

Eigen::VectorXd Score(const Acquisition& acquisition, const Prediction& prediction) {
  Eigen::VectorXd scores(prediction.variance.size());
  for (Eigen::Index i = 0; i < scores.size(); ++i) {
    scores[i] = Evaluate(acquisition, prediction.mean.col(i), prediction.variance[i]).value;
  }
  return scores;
}

std::vector<Eigen::Index> ByDescendingScore(const Eigen::VectorXd& scores) {
  std::vector<Eigen::Index> order(static_cast<size_t>(scores.size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) { return scores[a] > scores[b]; });
  return order;
}

// The exact score of the most promising candidates, best first.
std::vector<ScoredPoint> Screen(const AcquisitionProblem& problem, const Eigen::MatrixXd& centres, Rng& rng) {
  const Eigen::MatrixXd spread = SpreadPoints(problem.domain, problem.region, kSpreadCandidates, rng);
  Eigen::MatrixXd points = spread;
  if (centres.cols() > 0) {
    points.resize(Eigen::NoChange, kSpreadCandidates + kNeighbourCandidates);
    points << spread, NeighbourPoints(problem.domain, problem.region, centres, kNeighbourCandidates, rng);
  }
  if (problem.model.size() > kScreenAllUpTo) {
    const Prediction optimistic = problem.model.PredictOptimistically(problem.domain.Embed(points));
    std::vector<Eigen::Index> promising = ByDescendingScore(Score(problem.acquisition, optimistic));
    promising.resize(promising.size() / kPromisingShare);
    points = points(Eigen::all, promising).eval();
  }
  const Eigen::VectorXd scores = ScorePoints(problem, points);
  std::vector<ScoredPoint> screened;
  for (const Eigen::Index i : ByDescendingScore(scores)) screened.push_back({points.col(i), scores[i]});
  return screened;
}

// The best points of which no two are close; filled up with close ones when there are too few.
std::vector<ScoredPoint> SeparatedStarts(const std::vector<ScoredPoint>& screened) {
  std::vector<ScoredPoint> starts;
  for (const ScoredPoint& candidate : screened) {
    if (starts.size() == kStarts) break;
    const bool close = std::any_of(starts.begin(), starts.end(), [&](const ScoredPoint& start) {
      return (start.point - candidate.point).cwiseAbs().maxCoeff() < kSeparation;
    });
    if (!close) starts.push_back(candidate);
  }
  return starts;
}

ScoredPoint Improve(const AcquisitionProblem& problem, ScoredPoint start, Rng& rng) {
  const LocalPredictor predictor(problem.model, problem.domain.Embed(start.point));
  start.score = ScorePoints(problem, predictor, start.point)[0];
  for (int round = 0; round < kRounds; ++round) {
    const double before = start.score;
    // Steps along ordinal coordinates as if they were continuous help to get near; after that the sweep has the word.
    const Relaxation relaxation = round == 0 ? Relaxation::kOrdinals : Relaxation::kNone;
    start = ClimbByGradient(problem, predictor, std::move(start), relaxation);
    if (!SweepDiscreteCoordinates(problem, predictor, start, rng)) break;
    if (start.score - before < 1e-6 * (1.0 + std::abs(before))) break;
  }
  return start;
}

}  // namespace

Eigen::VectorXd ScorePoints(const AcquisitionProblem& problem, const Eigen::MatrixXd& points) {
  return Score(problem.acquisition, problem.model.Predict(problem.domain.Embed(points)));
}

Eigen::VectorXd ScorePoints(const AcquisitionProblem& problem, const LocalPredictor& predictor,
                            const Eigen::MatrixXd& points) {
  return Score(problem.acquisition, predictor.Predict(problem.domain.Embed(points)));
}

std::vector<ScoredPoint> MaximizeAcquisition(const AcquisitionProblem& problem, const Eigen::MatrixXd& centres,
                                             Rng& rng) {
  std::vector<ScoredPoint> best = Screen(problem, centres, rng);
  best.resize(std::min(best.size(), kRunnersUp));
  const std::vector<ScoredPoint> starts = SeparatedStarts(best);
  Eigen::MatrixXd climbed(problem.domain.size(), static_cast<Eigen::Index>(starts.size()));
  for (size_t i = 0; i < starts.size(); ++i) {
    climbed.col(static_cast<Eigen::Index>(i)) = Improve(problem, starts[i], rng).point;
  }
  const Eigen::VectorXd scores = ScorePoints(problem, climbed);
  for (Eigen::Index i = 0; i < scores.size(); ++i) best.push_back({climbed.col(i), scores[i]});
  std::stable_sort(best.begin(), best.end(),
                   [](const ScoredPoint& a, const ScoredPoint& b) { return a.score > b.score; });
  return best;
}

}  // namespace sweepd::gp
