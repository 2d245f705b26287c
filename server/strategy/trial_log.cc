#include "server/strategy/trial_log.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/status_macros.h"

namespace sweepd {

TrialLog::TrialLog(const Encoding& encoding, Goal goal, const std::vector<PriorTrial>& prior_trials)
    : encoding_(encoding), goal_(goal) {
  for (const PriorTrial& prior : prior_trials) {
    absl::StatusOr<Eigen::VectorXd> point = encoding_.Encode(prior.assignment);
    if (!point.ok()) {
      bad_prior_ = point.status();
      return;
    }
    priors_.push_back({*std::move(point), {ToMinimise(prior.objective), false}});
  }
}

absl::Status TrialLog::Read(const std::vector<Observation>& history) {
  RETURN_IF_ERROR(bad_prior_);
  // The assignment of a trial never changes, so copies of what was there are known.
  size_t known = 0;
  while (known < std::min(entries_.size(), history.size()) &&
         entries_[known].assignment.IsCopyOf(history[known].assignment)) {
    ++known;
  }
  if (known < entries_.size()) {
    entries_.resize(known);
    taken_ = TakenPoints();
    for (const Entry& entry : entries_) taken_.Add(entry.observed.point);
  }
  for (size_t i = known; i < history.size(); ++i) {
    ASSIGN_OR_RETURN(Eigen::VectorXd point, encoding_.Encode(history[i].assignment));
    taken_.Add(point);
    entries_.push_back({history[i].assignment, {std::move(point), {}}});
  }

  std::vector<size_t> order;
  std::vector<size_t> pending;
  for (size_t i = 0; i < history.size(); ++i) {
    const Observation& observation = history[i];
    if (observation.outcome == Observation::Outcome::kPending) {
      pending.push_back(i);
      continue;
    }
    gp::Result& result = entries_[i].observed.result;
    result = {};
    if (observation.outcome == Observation::Outcome::kValue) {
      result = {ToMinimise(observation.objective), observation.stopped_early};
    }
    order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return history[a].arrival < history[b].arrival; });

  finished_.clear();
  numbers_.assign(priors_.size(), 0);
  for (const gp::Observed& prior : priors_) finished_.push_back(&prior);
  for (const size_t i : order) {
    finished_.push_back(&entries_[i].observed);
    numbers_.push_back(history[i].trial);
  }
  pending_.resize(encoding_.domain().size(), static_cast<Eigen::Index>(pending.size()));
  for (size_t i = 0; i < pending.size(); ++i) {
    pending_.col(static_cast<Eigen::Index>(i)) = entries_[pending[i]].observed.point;
  }
  return absl::OkStatus();
}

}  // namespace sweepd
