#include "server/strategy/gp/surrogate.h"

#include <algorithm>
#include <numeric>

#include "common/rng.h"
#include "server/strategy/gp/active_set.h"
#include "server/strategy/gp/hyperparameter_fit.h"

namespace sweepd::gp {
namespace {

constexpr Eigen::Index kFitAlwaysUpTo = 40;
// A censored objective is worth a quarter of a complete one.
constexpr double kCensoredNoiseScale = 4;

std::vector<Result> ResultsOf(const std::vector<const Observed*>& trials, Eigen::Index count) {
  std::vector<Result> results;
  results.reserve(static_cast<size_t>(count));
  for (Eigen::Index i = 0; i < count; ++i) results.push_back(trials[static_cast<size_t>(i)]->result);
  return results;
}

std::vector<size_t> FirstRows(Eigen::Index count) {
  std::vector<size_t> rows(static_cast<size_t>(count));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

}  // namespace

Eigen::Index FitPoint(Eigen::Index n) {
  if (n <= kFitAlwaysUpTo) return n;
  Eigen::Index point = kFitAlwaysUpTo;
  while (point + point / 10 <= n) point += point / 10;
  return point;
}

Eigen::Index BasePoint(Eigen::Index n) {
  if (n <= kExactUpTo) return FitPoint(n);
  return kExactUpTo + (n - kExactUpTo) / kRefresh * kRefresh;
}

bool Surrogate::Update(const std::vector<const Observed*>& trials) {
  const auto n = static_cast<Eigen::Index>(trials.size());
  labels_ = TransformLabels(ResultsOf(trials, n));
  if (!labels_.has_value()) return false;

  // How far the state still holds.
  const bool extends = known_.size() <= trials.size() &&
                       std::equal(known_.begin(), known_.end(), trials.begin(),
                                  [](const Observed& known, const Observed* trial) { return known == *trial; });
  if (!extends) {
    known_.clear();
    fit_point_ = 0;
    base_point_ = 0;
    model_.reset();
  }
  if (fit_point_ != FitPoint(n)) Fit(trials, FitPoint(n));
  if (!model_.has_value() || base_point_ != BasePoint(n)) {
    if (!Rebase(trials, BasePoint(n))) {
      known_.clear();
      model_.reset();
      return false;
    }
  } else {
    model_->Truncate(static_cast<Eigen::Index>(rows_.size()));
  }
  for (size_t i = std::max(static_cast<size_t>(base_point_), rows_.back() + 1); i < trials.size(); ++i) {
    const double scale = trials[i]->result.censored ? kCensoredNoiseScale : 1.0;
    if (!model_->Append(domain_.Embed(trials[i]->point), Eigen::VectorXd::Constant(1, scale))) {
      known_.clear();
      model_.reset();
      return false;
    }
    rows_.push_back(i);
  }
  for (size_t i = known_.size(); i < trials.size(); ++i) known_.push_back(*trials[i]);
  SetLabels(trials);
  return true;
}

TrainingSet Surrogate::Choose(const std::vector<const Observed*>& trials, const std::vector<size_t>& rows,
                              const Eigen::VectorXd& labels) const {
  const auto n = static_cast<Eigen::Index>(rows.size());
  Eigen::MatrixXd points(domain_.size(), n);
  TrainingSet chosen{{}, Eigen::VectorXd(n), domain_.dimension_of_feature(), Eigen::VectorXd::Ones(n)};
  for (Eigen::Index i = 0; i < n; ++i) {
    const size_t row = rows[static_cast<size_t>(i)];
    points.col(i) = trials[row]->point;
    chosen.labels[i] = labels[static_cast<Eigen::Index>(row)];
    if (trials[row]->result.censored) chosen.noise_scales[i] = kCensoredNoiseScale;
  }
  chosen.features = domain_.Embed(points);
  return chosen;
}

void Surrogate::Fit(const std::vector<const Observed*>& trials, Eigen::Index count) {
  fit_point_ = count;
  model_.reset();
  std::optional<Labels> labels = TransformLabels(ResultsOf(trials, count));
  // The first trials may all have ended alike: the prior's mode has to do.
  const Eigen::VectorXd values = labels.has_value() ? labels->values : Eigen::VectorXd::Zero(count);
  hyperparameters_ = FitHyperparameters(Choose(trials, FirstRows(count), values), domain_.size(), options_.noise_free,
                                        Rng(options_.seed, static_cast<uint64_t>(count)));
}

bool Surrogate::Rebase(const std::vector<const Observed*>& trials, Eigen::Index base) {
  base_point_ = base;
  rows_ = FirstRows(base);
  const std::optional<Labels> labels = TransformLabels(ResultsOf(trials, base));
  const Eigen::VectorXd values = labels.has_value() ? labels->values : Eigen::VectorXd::Zero(base);
  TrainingSet data = Choose(trials, rows_, values);
  if (base > kExactUpTo) {
    const Eigen::MatrixXd scaled = ScaleFeatures(data.features, data.dimension_of_feature, hyperparameters_);
    const std::vector<Eigen::Index> active = ChooseActiveSet(scaled, values, kActiveSize);
    rows_.assign(active.begin(), active.end());
    data = Choose(trials, rows_, values);
  }
  model_ = GaussianProcess::Fit(data, hyperparameters_);
  return model_.has_value();
}

void Surrogate::SetLabels(const std::vector<const Observed*>& trials) {
  int failures = 0;
  for (const Observed* trial : trials) failures += trial->result.failed() ? 1 : 0;
  const auto n = static_cast<Eigen::Index>(rows_.size());
  Eigen::MatrixXd labels(n, failures >= kFewestFailures ? 2 : 1);
  for (Eigen::Index i = 0; i < n; ++i) {
    const size_t row = rows_[static_cast<size_t>(i)];
    labels(i, 0) = labels_->values[static_cast<Eigen::Index>(row)];
    if (labels.cols() > 1) labels(i, 1) = trials[row]->result.failed() ? 1.0 : 0.0;
  }
  const double share = static_cast<double>(failures) / static_cast<double>(trials.size());
  failure_variance_ = labels.cols() > 1 ? share * (1 - share) : 0.0;
  model_->SetLabels(labels);
}

}  // namespace sweepd::gp
