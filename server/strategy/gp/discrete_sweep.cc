#include "server/strategy/gp/discrete_sweep.h"

#include <algorithm>

namespace sweepd::gp {
namespace {

std::vector<uint64_t> CellsToTry(const Dimension& dimension, uint64_t current, Rng& rng) {
  std::vector<uint64_t> cells;
  if (dimension.count <= kMaxTriedCells) {
    for (uint64_t cell = 0; cell < dimension.count; ++cell) {
      if (cell != current) cells.push_back(cell);
    }
  } else if (dimension.kind == Dimension::Kind::kOrdinal) {
    for (uint64_t step = 1; step < dimension.count && step != 0; step *= 2) {
      if (step <= current) cells.push_back(current - step);
      if (step < dimension.count - current) cells.push_back(current + step);
    }
  } else {
    for (uint64_t i = 0; i < kMaxTriedCells; ++i) cells.push_back(rng.NextBelow(dimension.count));
  }
  return cells;
}

bool SweepCoordinate(const AcquisitionProblem& problem, const LocalPredictor& predictor, Eigen::Index i,
                     ScoredPoint& point, Rng& rng) {
  const Dimension& dimension = problem.domain.dimension(i);
  std::vector<uint64_t> cells = CellsToTry(dimension, CellOf(point.point[i], dimension.count), rng);
  if (dimension.kind == Dimension::Kind::kOrdinal) {
    const uint64_t lowest = CellOf(problem.region.lower_bound(i), dimension.count);
    const uint64_t highest = CellOf(problem.region.upper_bound(i), dimension.count);
    cells.erase(
        std::remove_if(cells.begin(), cells.end(), [&](uint64_t cell) { return cell < lowest || cell > highest; }),
        cells.end());
  }
  if (cells.empty()) return false;
  Eigen::MatrixXd trials = point.point.replicate(1, static_cast<Eigen::Index>(cells.size()));
  for (size_t j = 0; j < cells.size(); ++j) {
    auto trial = trials.col(static_cast<Eigen::Index>(j));
    trial[i] = CellCentre(cells[j], dimension.count);
    if (problem.domain.is_conditional()) trial = problem.domain.Snap(trial);
  }
  Eigen::Index best = 0;
  const double score = ScorePoints(problem, predictor, trials).maxCoeff(&best);
  if (!(score > point.score)) return false;
  point = {trials.col(best), score};
  return true;
}

}  // namespace

bool SweepDiscreteCoordinates(const AcquisitionProblem& problem, const LocalPredictor& predictor, ScoredPoint& point,
                              Rng& rng) {
  bool changed = false;
  for (Eigen::Index i = 0; i < problem.domain.size(); ++i) {
    if (!problem.domain.dimension(i).is_discrete() || point.point[i] == kAbsent) continue;
    if (SweepCoordinate(problem, predictor, i, point, rng)) changed = true;
  }
  return changed;
}

}  // namespace sweepd::gp
