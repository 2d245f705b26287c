#include "server/engine/prior_trials.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/core/limits.h"
#include "server/engine/assignment_result.h"

namespace sweepd {
namespace {

// The newest results of one sweep.
class Results {
 public:
  Results(const SearchSpace& space, size_t limit) : space_(space), limit_(limit) {}

  // Trials by descending numbers.
  void Take(Trial trial) {
    if (!group_.empty() && GroupOf(group_.front()) != GroupOf(trial)) Close();
    group_.push_back(std::move(trial));
  }
  bool is_full() const { return fitting_.size() >= limit_; }
  int64_t ended_well() const { return ended_well_; }

  // Oldest first. `all_taken`: there are no older trials, so that the last assignment is complete.
  std::vector<PriorTrial> Finish(bool all_taken) {
    if (all_taken && !group_.empty()) Close();
    std::reverse(fitting_.begin(), fitting_.end());
    return std::move(fitting_);
  }

 private:
  void Close() {
    std::vector<Trial> trials = std::exchange(group_, {});
    std::reverse(trials.begin(), trials.end());
    const AssignmentResult result = JudgeAssignment(trials);
    if (result.outcome != AssignmentResult::Outcome::kValue) return;
    ++ended_well_;
    const Assignment& assignment = trials.front().assignment;
    if (!is_full() && space_.CheckAssignment(assignment).ok()) fitting_.push_back({assignment, result.mean});
  }

  const SearchSpace& space_;
  const size_t limit_;
  std::vector<Trial> group_;  // trials of one assignment, newest first
  std::vector<PriorTrial> fitting_;
  int64_t ended_well_ = 0;
};

std::string Describe(const Objective& objective) {
  return absl::StrCat(GoalName(objective.goal), "s \"", objective.metric, "\"");
}

absl::Status CheckObjective(size_t index, const Sweep& prior, const Objective& wanted) {
  const std::optional<Objective>& objective = prior.spec->objective;
  const bool same = objective.has_value() && objective->metric == wanted.metric && objective->goal == wanted.goal;
  if (same) return absl::OkStatus();
  return PriorUnusable(
      index,
      absl::StrCat("sweep ", prior.id, " ", objective.has_value() ? Describe(*objective) : "has no metric",
                   ", and this sweep ", Describe(wanted)),
      "name sweeps of the same metric and goal");
}

absl::StatusOr<std::vector<PriorTrial>> GatherFrom(StoreReader& reader, size_t index, const SweepSpec& spec) {
  const std::string& id = spec.prior[index];
  const absl::StatusOr<Sweep> prior = reader.FindSweep(id);
  if (absl::IsNotFound(prior.status())) {
    return PriorUnusable(index, absl::StrCat("there is no sweep ", id), "`sweepctl list` shows the sweeps");
  }
  RETURN_IF_ERROR(prior.status());
  RETURN_IF_ERROR(CheckObjective(index, *prior, *spec.objective));
  Results results(spec.space, kMaxPriorTrials / spec.prior.size());
  const int64_t lookback = kMaxPriorLookback / static_cast<int64_t>(spec.prior.size());
  TrialQuery query{{}, TrialOrder::kNumberReverse, 0, std::min(kMaxPageSize, lookback)};
  bool all_taken = false;
  for (int64_t seen = 0; seen < lookback && !results.is_full() && !all_taken; seen += query.limit) {
    ASSIGN_OR_RETURN(std::vector<Trial> trials, reader.ListTrials(id, query));
    all_taken = static_cast<int64_t>(trials.size()) < query.limit;
    if (!trials.empty()) query.after = trials.back().key.number;
    for (Trial& trial : trials) results.Take(std::move(trial));
  }
  std::vector<PriorTrial> fitting = results.Finish(all_taken);
  if (!fitting.empty()) return fitting;
  if (results.ended_well() == 0) {
    return PriorUnusable(index, absl::StrCat("no trial of sweep ", id, " has ended well"), "remove it from prior");
  }
  return PriorUnusable(index,
                       absl::StrCat("none of the ", results.ended_well(), " results of sweep ", id,
                                    " is an assignment of this sweep's parameters"),
                       "give the parameters the same names, and domains that hold the values tried there");
}

}  // namespace

absl::StatusOr<std::vector<PriorTrial>> GatherPriorTrials(StoreReader& reader, const SweepSpec& spec) {
  std::vector<PriorTrial> all;
  for (size_t i = 0; i < spec.prior.size(); ++i) {
    ASSIGN_OR_RETURN(std::vector<PriorTrial> fitting, GatherFrom(reader, i, spec));
    all.insert(all.end(), std::make_move_iterator(fitting.begin()), std::make_move_iterator(fitting.end()));
  }
  return all;
}

}  // namespace sweepd
