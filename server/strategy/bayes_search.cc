#include "server/strategy/bayes_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/rng.h"
#include "common/status_macros.h"
#include "server/strategy/gp/acquisition_optimizer.h"
#include "server/strategy/gp/sobol.h"
#include "server/strategy/gp/surrogate.h"
#include "server/strategy/gp/trust_region.h"
#include "server/strategy/taken_points.h"
#include "server/strategy/trial_log.h"

namespace sweepd {
namespace {

constexpr double kKappa = 1.8;
// Good points around which the acquisition is searched closely.
constexpr Eigen::Index kCentres = 5;
// A trust region serves in more dimensions than this, or after so many results without a better one.
constexpr Eigen::Index kWideDomain = 12;
constexpr Eigen::Index kStalledAfter = 30;
// One suggestion in so many fills the space instead, where a trust region serves.
constexpr uint64_t kInsurance = 50;

enum class Purpose : uint64_t { kStartup = 1, kFreePoint, kFit, kSearch, kSpaceFilling };

Rng Stream(uint64_t seed, Purpose purpose, int64_t index) {
  return Rng(MixSeed(seed, static_cast<uint64_t>(purpose)), static_cast<uint64_t>(index));
}

// Longer startups were seen to make every result worse; a tenth of a known budget is enough.
int64_t StartupTrials(const SweepSpec& spec, Eigen::Index dimensions) {
  if (spec.bayes.startup_trials.has_value()) return *spec.bayes.startup_trials;
  int64_t trials = std::max<int64_t>(4, std::min<int64_t>(dimensions + 1, 6));
  if (spec.max_parallel.has_value()) trials = std::max(trials, *spec.max_parallel / spec.repeats);
  if (spec.run_cap.has_value()) trials = std::min(trials, std::max<int64_t>(3, *spec.run_cap / spec.repeats / 10));
  return trials;
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

// Points, all scored, best first.
std::vector<gp::ScoredPoint> ScoreAll(const gp::AcquisitionProblem& problem, const Eigen::MatrixXd& points) {
  const Eigen::VectorXd scores = gp::ScorePoints(problem, points);
  std::vector<gp::ScoredPoint> scored;
  for (const Eigen::Index i : Smallest(-scores, scores.size())) scored.push_back({points.col(i), scores[i]});
  return scored;
}

// The candidates as the model will see them once they are in the history, in the columns.
Eigen::MatrixXd CanonicalPoints(const Encoding& encoding, const std::vector<gp::ScoredPoint>& candidates) {
  Eigen::MatrixXd points(encoding.domain().size(), static_cast<Eigen::Index>(candidates.size()));
  for (size_t i = 0; i < candidates.size(); ++i) {
    points.col(static_cast<Eigen::Index>(i)) = encoding.Canonical(candidates[i].point);
  }
  return points;
}

}  // namespace

// What is kept from one call to the next. It makes calls faster and changes no answer.
struct BayesSearch::Memory {
  Memory(const Encoding& encoding, const SweepSpec& spec)
      : log(encoding, spec.objective->goal, spec.prior_trials),
        surrogate(encoding.domain(),
                  {MixSeed(spec.seed, static_cast<uint64_t>(Purpose::kFit)), spec.bayes.noise_free}) {}

  absl::Mutex mutex;
  TrialLog log ABSL_GUARDED_BY(mutex);
  gp::Surrogate surrogate ABSL_GUARDED_BY(mutex);
};

BayesSearch::BayesSearch(const SweepSpec& spec)
    : encoding_(spec.space),
      goal_(spec.objective->goal),
      seed_(spec.seed),
      startup_trials_(StartupTrials(spec, encoding_.domain().size())),
      memory_(std::make_unique<Memory>(encoding_, spec)) {}

BayesSearch::~BayesSearch() = default;

absl::StatusOr<std::optional<Assignment>> BayesSearch::Suggest(const SuggestRequest& request) const {
  Memory& memory = *memory_;
  const absl::MutexLock lock(&memory.mutex);
  RETURN_IF_ERROR(memory.log.Read(request.history));
  if (IsExhausted(encoding_, memory.log.taken())) return std::nullopt;
  if (memory.log.size() < startup_trials_ || encoding_.domain().size() == 0) {
    return encoding_.Decode(SpaceFillingPoint(request.index, memory));
  }
  if (!memory.surrogate.Update(memory.log.finished())) {
    if (!memory.surrogate.labels().has_value()) return encoding_.Decode(SpaceFillingPoint(request.index, memory));
    return absl::InternalError("the covariance of the history is not positive definite");
  }
  ASSIGN_OR_RETURN(const Eigen::VectorXd point, ModelPoint(request.index, memory));
  return encoding_.Decode(point);
}

absl::StatusOr<std::optional<Recommendation>> BayesSearch::Recommend(const std::vector<Observation>& history) const {
  Memory& memory = *memory_;
  const absl::MutexLock lock(&memory.mutex);
  RETURN_IF_ERROR(memory.log.Read(history));
  const std::vector<const gp::Observed*>& finished = memory.log.finished();
  if (encoding_.domain().size() == 0 || !memory.surrogate.Update(finished)) return std::nullopt;
  const Eigen::VectorXd means = memory.surrogate.model().FittedMean();
  for (const Eigen::Index row : Smallest(means, means.size())) {
    const size_t place = memory.surrogate.rows()[static_cast<size_t>(row)];
    if (memory.log.numbers()[place] == 0 || finished[place]->result.failed()) continue;
    const gp::Prediction prediction =
        memory.surrogate.model().Predict(encoding_.domain().Embed(finished[place]->point));
    const gp::Labels& labels = *memory.surrogate.labels();
    const double expected = labels.ToObjective(means[row]);
    return Recommendation{memory.log.numbers()[place], goal_ == Goal::kMaximize ? -expected : expected,
                          labels.ToObjectiveDifference(std::sqrt(prediction.variance[0]))};
  }
  return std::nullopt;
}

Eigen::VectorXd BayesSearch::SpaceFillingPoint(int64_t index, const Memory& memory) const {
  memory.mutex.AssertHeld();
  const gp::Domain& domain = encoding_.domain();
  Eigen::VectorXd point = Eigen::VectorXd::Constant(domain.size(), 0.5);
  if (index > 0) {
    const uint64_t scramble = MixSeed(seed_, static_cast<uint64_t>(Purpose::kStartup));
    point = gp::SobolPoints(domain.size(), scramble, static_cast<uint64_t>(index), 1).col(0);
  }
  point = encoding_.Canonical(point);
  if (!memory.log.taken().Contains(point)) return point;
  Rng rng = Stream(seed_, Purpose::kFreePoint, index);
  return RandomFreePoint(encoding_, memory.log.taken(), rng);
}

absl::StatusOr<Eigen::VectorXd> BayesSearch::ModelPoint(int64_t index, Memory& memory) const {
  memory.mutex.AssertHeld();
  const gp::Domain& domain = encoding_.domain();
  const TakenPoints& taken = memory.log.taken();
  const std::vector<size_t>& rows = memory.surrogate.rows();
  gp::GaussianProcess& model = memory.surrogate.model();

  const Eigen::VectorXd means = model.FittedMean();
  const std::vector<Eigen::Index> best = Smallest(means, kCentres);
  Eigen::MatrixXd centres(domain.size(), static_cast<Eigen::Index>(best.size()));
  for (size_t i = 0; i < best.size(); ++i) {
    centres.col(static_cast<Eigen::Index>(i)) = memory.log.finished()[rows[static_cast<size_t>(best[i])]]->point;
  }
  const Eigen::MatrixXd& pending = memory.log.pending();
  double incumbent = means[best.front()];
  // What is believed of a pending trial counts as found: otherwise the place of the best one looks good again and
  // again.
  if (pending.cols() > 0) {
    incumbent = std::min(incumbent, model.Predict(domain.Embed(pending)).mean.row(0).minCoeff());
  }
  if (!model.Append(domain.Embed(pending), Eigen::VectorXd::Ones(pending.cols()))) {
    return absl::InternalError("the covariance of the pending trials is not positive definite");
  }

  gp::AcquisitionProblem problem{domain, model, {}, {}};
  problem.acquisition.kappa = kKappa;
  problem.acquisition.incumbent = incumbent;
  problem.acquisition.failure_variance = memory.surrogate.failure_variance();
  problem.acquisition.kind =
      index % 2 == 0 ? gp::Acquisition::Kind::kLogExpectedImprovement : gp::Acquisition::Kind::kLowerConfidenceBound;
  const gp::Progress progress = gp::FollowProgress(memory.surrogate.labels()->values, domain.size());
  if ((domain.size() > kWideDomain || progress.since_better > kStalledAfter) && index / 2 % 2 == 0) {
    if (Stream(seed_, Purpose::kSpaceFilling, index).NextBelow(kInsurance) == 0)
      return SpaceFillingPoint(index, memory);
    problem.region =
        gp::TrustRegionAround(domain, centres.col(0), progress.size, model.hyperparameters().log_length_scales);
  }

  Rng rng = Stream(seed_, Purpose::kSearch, index);
  const std::optional<uint64_t> count = encoding_.PointCount();
  const bool enumerable = count.has_value() && *count <= kMaxEnumerated;
  std::vector<gp::ScoredPoint> ranking =
      enumerable ? ScoreAll(problem, FreePoints(encoding_, taken)) : gp::MaximizeAcquisition(problem, centres, rng);
  if (encoding_.has_aliases() && !enumerable) ranking = ScoreAll(problem, CanonicalPoints(encoding_, ranking));
  for (const gp::ScoredPoint& candidate : ranking) {
    if (!taken.Contains(encoding_.Canonical(candidate.point))) return candidate.point;
  }
  return RandomFreePoint(encoding_, taken, rng);
}

}  // namespace sweepd
