// Trials of one assignment: which belong together, and the mean that stands for them.
#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/audit/audited_sweep.h"

namespace sweepd {
namespace {

bool IsOver(const AuditedTrial& trial) { return IsTerminal(trial.state); }

bool EndedWell(const AuditedTrial& trial) {
  const bool well = trial.state == TrialState::kSucceeded || trial.state == TrialState::kStopped;
  return well && trial.objective.has_value() && std::isfinite(*trial.objective);
}

// Sums may be taken in another order than the controller's.
bool IsClose(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

class RepeatAudit {
 public:
  RepeatAudit(const AuditContext& context, const AuditedSweep& sweep) : context_(context), sweep_(sweep) {}

  void Run() const {
    const std::vector<AuditedTrial>& trials = sweep_.trials;
    for (size_t begin = 0; begin < trials.size();) {
      size_t end = begin + 1;
      while (end < trials.size() && trials[end].repeat_of != 0) ++end;
      JudgeGroup(begin, end);
      begin = end;
    }
  }

 private:
  void Complain(const AuditedTrial& trial, std::string what) const {
    context_.Complain(sweep_.PlaceOf(trial.number), std::move(what), kDistrustCure);
  }

  // Trials [begin, end) follow one another, and the first of them alone may begin an assignment.
  void JudgeGroup(size_t begin, size_t end) const {
    const AuditedTrial& first = sweep_.trials[begin];
    for (size_t i = begin; i < end; ++i) {
      const AuditedTrial& trial = sweep_.trials[i];
      if (trial.repeat_of != 0 && (i == begin || trial.repeat_of != first.number)) {
        Complain(trial, absl::StrCat("repeats trial ", trial.repeat_of, " but does not follow it"));
      }
    }
    const int64_t repeats = sweep_.sweep.spec->repeats;
    const auto size = static_cast<int64_t>(end - begin);
    if (size > repeats) Complain(first, absl::StrCat("runs ", size, " times with repeats: ", repeats));
    JudgeMean(begin, end, repeats);
  }

  void JudgeMean(size_t begin, size_t end, int64_t repeats) const {
    bool over = true;
    double count = 0;
    for (size_t i = begin; i < end; ++i) {
      over = over && IsOver(sweep_.trials[i]);
      if (EndedWell(sweep_.trials[i])) ++count;
    }
    double mean = 0;
    size_t bearer = end;
    for (size_t i = begin; i < end; ++i) {
      if (!EndedWell(sweep_.trials[i])) continue;
      if (bearer == end) bearer = i;
      mean += *sweep_.trials[i].objective / count;
    }
    if (repeats == 1 || !over) bearer = end;
    for (size_t i = begin; i < end; ++i) {
      const AuditedTrial& trial = sweep_.trials[i];
      if (i != bearer && trial.mean.has_value()) Complain(trial, "has a mean that belongs elsewhere or nowhere");
      if (i == bearer && !(trial.mean.has_value() && IsClose(*trial.mean, mean))) {
        Complain(trial, absl::StrCat("does not have the mean of its repeats, ", FormatDouble(mean)));
      }
    }
  }

  const AuditContext& context_;
  const AuditedSweep& sweep_;
};

}  // namespace

void AuditRepeats(const AuditContext& context, const AuditedSweep& sweep) {
  if (sweep.sweep.spec != nullptr) RepeatAudit(context, sweep).Run();
}

}  // namespace sweepd
