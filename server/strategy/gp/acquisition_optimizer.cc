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
constexpr size_t kStarts = 6;
constexpr int kRounds = 4;
// Screened points handed back beside the climbed ones.
constexpr size_t kRunnersUp = 64;
// Two starts are separated when some coordinate differs by this much.
constexpr double kSeparation = 0.05;

std::vector<Eigen::Index> ByDescendingScore(const Eigen::VectorXd& scores) {
  std::vector<Eigen::Index> order(static_cast<size_t>(scores.size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) { return scores[a] > scores[b]; });
  return order;
}

std::vector<ScoredPoint> Screen(const AcquisitionProblem& problem, const Eigen::MatrixXd& centres, Rng& rng) {
  const Eigen::MatrixXd spread = SpreadPoints(problem.domain, kSpreadCandidates, rng);
  Eigen::MatrixXd points = spread;
  if (centres.cols() > 0) {
    points.resize(Eigen::NoChange, kSpreadCandidates + kNeighbourCandidates);
    points << spread, NeighbourPoints(problem.domain, centres, kNeighbourCandidates, rng);
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
  for (int round = 0; round < kRounds; ++round) {
    const double before = start.score;
    // Steps along ordinal coordinates as if they were continuous help to get near; after that the sweep has the word.
    start = ClimbByGradient(problem, std::move(start), round == 0 ? Relaxation::kOrdinals : Relaxation::kNone);
    if (!SweepDiscreteCoordinates(problem, start, rng)) break;
    if (start.score - before < 1e-6 * (1.0 + std::abs(before))) break;
  }
  return start;
}

}  // namespace

Eigen::VectorXd ScorePoints(const AcquisitionProblem& problem, const Eigen::MatrixXd& points) {
  const Prediction prediction = problem.model.Predict(problem.domain.Embed(points));
  Eigen::VectorXd scores(points.cols());
  for (Eigen::Index i = 0; i < scores.size(); ++i) {
    scores[i] = Evaluate(problem.acquisition, prediction.mean[i], prediction.variance[i]).value;
  }
  return scores;
}

std::vector<ScoredPoint> MaximizeAcquisition(const AcquisitionProblem& problem, const Eigen::MatrixXd& centres,
                                             Rng& rng) {
  std::vector<ScoredPoint> screened = Screen(problem, centres, rng);
  std::vector<ScoredPoint> best;
  for (ScoredPoint& start : SeparatedStarts(screened)) best.push_back(Improve(problem, std::move(start), rng));
  std::stable_sort(best.begin(), best.end(),
                   [](const ScoredPoint& a, const ScoredPoint& b) { return a.score > b.score; });
  screened.resize(std::min(screened.size(), kRunnersUp));
  best.insert(best.end(), screened.begin(), screened.end());
  return best;
}

}  // namespace sweepd::gp
