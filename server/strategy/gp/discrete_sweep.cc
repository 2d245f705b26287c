#include "server/strategy/gp/discrete_sweep.h"

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

bool SweepCoordinate(const AcquisitionProblem& problem, Eigen::Index i, ScoredPoint& point, Rng& rng) {
  const Dimension& dimension = problem.domain.dimension(i);
  const std::vector<uint64_t> cells = CellsToTry(dimension, CellOf(point.point[i], dimension.count), rng);
  if (cells.empty()) return false;
  Eigen::MatrixXd trials = point.point.replicate(1, static_cast<Eigen::Index>(cells.size()));
  for (size_t j = 0; j < cells.size(); ++j) {
    trials(i, static_cast<Eigen::Index>(j)) = CellCentre(cells[j], dimension.count);
  }
  Eigen::Index best = 0;
  const double score = ScorePoints(problem, trials).maxCoeff(&best);
  if (!(score > point.score)) return false;
  point = {trials.col(best), score};
  return true;
}

}  // namespace

bool SweepDiscreteCoordinates(const AcquisitionProblem& problem, ScoredPoint& point, Rng& rng) {
  bool changed = false;
  for (Eigen::Index i = 0; i < problem.domain.size(); ++i) {
    if (problem.domain.dimension(i).is_discrete() && SweepCoordinate(problem, i, point, rng)) changed = true;
  }
  return changed;
}

}  // namespace sweepd::gp
