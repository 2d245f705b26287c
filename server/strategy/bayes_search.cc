#include "server/strategy/bayes_search.h"

#include <algorithm>
#include <numeric>

#include "common/rng.h"
#include "common/status_macros.h"
#include "server/strategy/gp/hyperparameter_fit.h"
#include "server/strategy/gp/label_transform.h"
#include "server/strategy/gp/sobol.h"
#include "server/strategy/gp/thinning.h"
#include "server/strategy/taken_points.h"

namespace sweepd {
namespace {

constexpr double kKappa = 1.8;
// Good points around which the acquisition is searched closely.
constexpr Eigen::Index kCentres = 5;

enum class Purpose : uint64_t { kStartup = 1, kFreePoint, kFit, kSearch };

Rng Stream(uint64_t seed, Purpose purpose, int64_t index) {
  return Rng(MixSeed(seed, static_cast<uint64_t>(purpose)), static_cast<uint64_t>(index));
}

// Longer startups were seen to make every result worse; a tenth of a known budget is enough.
int64_t StartupTrials(const SweepSpec& spec, Eigen::Index dimensions) {
  int64_t trials = std::max<int64_t>(4, std::min<int64_t>(dimensions + 1, 6));
  if (spec.max_parallel.has_value()) trials = std::max(trials, *spec.max_parallel / spec.repeats);
  if (spec.run_cap.has_value()) trials = std::min(trials, std::max<int64_t>(3, *spec.run_cap / spec.repeats / 10));
  return trials;
}

Eigen::MatrixXd Columns(const std::vector<Eigen::VectorXd>& points, Eigen::Index rows) {
  Eigen::MatrixXd matrix(rows, static_cast<Eigen::Index>(points.size()));
  for (size_t i = 0; i < points.size(); ++i) matrix.col(static_cast<Eigen::Index>(i)) = points[i];
  return matrix;
}

// Indices of the `count` smallest elements, ascending by element.
std::vector<Eigen::Index> Smallest(const Eigen::VectorXd& elements, Eigen::Index count) {
  std::vector<Eigen::Index> order(static_cast<size_t>(elements.size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](Eigen::Index a, Eigen::Index b) { return elements[a] < elements[b]; });
  order.resize(std::min(order.size(), static_cast<size_t>(count)));
  return order;
}

// Every free point of a small finite domain, best first.
std::vector<gp::ScoredPoint> ScoreAll(const gp::AcquisitionProblem& problem, const Eigen::MatrixXd& points) {
  const Eigen::VectorXd scores = gp::ScorePoints(problem, points);
  std::vector<gp::ScoredPoint> scored;
  for (const Eigen::Index i : Smallest(-scores, scores.size())) scored.push_back({points.col(i), scores[i]});
  return scored;
}

}  // namespace

// The history as the model needs it.
struct BayesSearch::History {
  int64_t trials = 0;
  Eigen::MatrixXd finished;                       // the points of the trials that are over, in the columns
  std::vector<std::optional<double>> objectives;  // theirs, to be minimised; nullopt for a failed one
  Eigen::MatrixXd pending;
  TakenPoints taken;
};

BayesSearch::BayesSearch(const SweepSpec& spec)
    : encoding_(spec.space),
      goal_(spec.objective->goal),
      seed_(spec.seed),
      prior_trials_(spec.prior_trials),
      startup_trials_(StartupTrials(spec, encoding_.domain().size())) {}

absl::StatusOr<std::optional<Assignment>> BayesSearch::Suggest(const SuggestRequest& request) const {
  ASSIGN_OR_RETURN(const History history, Read(request.history));
  if (IsExhausted(encoding_, history.taken)) return std::nullopt;
  const std::optional<Eigen::VectorXd> labels = gp::TransformLabels(history.objectives);
  if (history.trials < startup_trials_ || !labels.has_value()) {
    return encoding_.Decode(SpaceFillingPoint(request.index, history));
  }
  ASSIGN_OR_RETURN(const Eigen::VectorXd point, ModelPoint(request.index, history, *labels));
  return encoding_.Decode(point);
}

absl::StatusOr<BayesSearch::History> BayesSearch::Read(const std::vector<Observation>& observations) const {
  std::vector<Eigen::VectorXd> finished;
  std::vector<Eigen::VectorXd> pending;
  History history;
  history.trials = static_cast<int64_t>(prior_trials_.size() + observations.size());
  const auto to_minimise = [this](double objective) { return goal_ == Goal::kMaximize ? -objective : objective; };
  // Known, but not taken: this sweep may try the same point itself.
  for (const PriorTrial& prior : prior_trials_) {
    ASSIGN_OR_RETURN(Eigen::VectorXd point, encoding_.Encode(prior.assignment));
    finished.push_back(std::move(point));
    history.objectives.push_back(to_minimise(prior.objective));
  }
  for (const Observation& observation : observations) {
    ASSIGN_OR_RETURN(Eigen::VectorXd point, encoding_.Encode(observation.assignment));
    history.taken.Add(point);
    if (observation.outcome == Observation::Outcome::kPending) {
      pending.push_back(std::move(point));
      continue;
    }
    finished.push_back(std::move(point));
    std::optional<double> objective;
    if (observation.outcome == Observation::Outcome::kValue) objective = to_minimise(observation.objective);
    history.objectives.push_back(objective);
  }
  history.finished = Columns(finished, encoding_.domain().size());
  history.pending = Columns(pending, encoding_.domain().size());
  return history;
}

Eigen::VectorXd BayesSearch::SpaceFillingPoint(int64_t index, const History& history) const {
  const gp::Domain& domain = encoding_.domain();
  Eigen::VectorXd point = Eigen::VectorXd::Constant(domain.size(), 0.5);
  if (index > 0) {
    const uint64_t scramble = MixSeed(seed_, static_cast<uint64_t>(Purpose::kStartup));
    point = gp::SobolPoints(domain.size(), scramble, static_cast<uint64_t>(index), 1).col(0);
  }
  point = domain.Snap(std::move(point));
  if (!history.taken.Contains(encoding_.Canonical(point))) return point;
  Rng rng = Stream(seed_, Purpose::kFreePoint, index);
  return RandomFreePoint(encoding_, history.taken, rng);
}

absl::StatusOr<Eigen::VectorXd> BayesSearch::ModelPoint(int64_t index, const History& history,
                                                        const Eigen::VectorXd& labels) const {
  const gp::Domain& domain = encoding_.domain();
  const gp::TrainingSet all{domain.Embed(history.finished), labels, domain.dimension_of_feature()};
  const gp::TrainingSet data = gp::Thin(all, kMaxModelPoints);
  const gp::Hyperparameters hyperparameters =
      gp::FitHyperparameters(data, domain.size(), Stream(seed_, Purpose::kFit, index));
  const std::optional<gp::GaussianProcess> observed = gp::GaussianProcess::Fit(data, hyperparameters);
  if (!observed.has_value()) return absl::InternalError("the covariance of the history is not positive definite");
  const std::optional<gp::GaussianProcess> model = observed->Believe(domain.Embed(history.pending));
  if (!model.has_value()) return absl::InternalError("the covariance of the pending trials is not positive definite");

  const Eigen::VectorXd means = observed->PredictMean(all.features);
  gp::AcquisitionProblem problem{domain, *model, {}};
  problem.acquisition.kappa = kKappa;
  problem.acquisition.incumbent = means.minCoeff();
  problem.acquisition.kind =
      index % 2 == 0 ? gp::Acquisition::Kind::kLogExpectedImprovement : gp::Acquisition::Kind::kLowerConfidenceBound;
  Rng rng = Stream(seed_, Purpose::kSearch, index);
  const std::optional<uint64_t> count = encoding_.PointCount();
  const bool enumerable = count.has_value() && *count <= kMaxEnumerated;
  std::vector<gp::ScoredPoint> ranking =
      enumerable ? ScoreAll(problem, FreePoints(encoding_, history.taken))
                 : gp::MaximizeAcquisition(problem, history.finished(Eigen::all, Smallest(means, kCentres)), rng);
  if (encoding_.has_aliases() && !enumerable) ranking = ScoreAll(problem, CanonicalPoints(ranking));
  for (const gp::ScoredPoint& candidate : ranking) {
    if (!history.taken.Contains(encoding_.Canonical(candidate.point))) return candidate.point;
  }
  return RandomFreePoint(encoding_, history.taken, rng);
}

Eigen::MatrixXd BayesSearch::CanonicalPoints(const std::vector<gp::ScoredPoint>& candidates) const {
  Eigen::MatrixXd points(encoding_.domain().size(), static_cast<Eigen::Index>(candidates.size()));
  for (size_t i = 0; i < candidates.size(); ++i) {
    points.col(static_cast<Eigen::Index>(i)) = encoding_.Canonical(candidates[i].point);
  }
  return points;
}

}  // namespace sweepd
