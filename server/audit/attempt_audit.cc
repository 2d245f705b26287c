// Attempts against their trials, and the metric values of both.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/audit/audited_sweep.h"
#include "server/audit/metric_audit.h"
#include "server/store/sqlite/row.h"

namespace sweepd {
namespace {

// What the attempts of one trial amount to.
struct Tally {
  int64_t count = 0;
  int64_t lost = 0;  // lost or preempted, since a user retried the trial last
  int64_t failed = 0;
  AttemptState newest = AttemptState::kRunning;
};

// Whether a trial may be in this state while its newest attempt is in that one.
bool Agree(TrialState trial, AttemptState newest) {
  const bool over =
      newest == AttemptState::kFailed || newest == AttemptState::kPreempted || newest == AttemptState::kLost;
  switch (trial) {
    case TrialState::kPending: return over;
    case TrialState::kRunning: return newest == AttemptState::kRunning;
    case TrialState::kLost: return newest == AttemptState::kLost;
    case TrialState::kSucceeded: return newest == AttemptState::kSucceeded;
    case TrialState::kFailed: return over;
    case TrialState::kStopped: return newest == AttemptState::kStopped;
    case TrialState::kCancelled: return over || newest == AttemptState::kCancelled;
  }
  return false;
}

// What only an attempt that is not the last one can be.
bool LeftBehind(AttemptState state) {
  return state == AttemptState::kLost || state == AttemptState::kFailed || state == AttemptState::kPreempted;
}

struct AttemptRow {
  int64_t trial = 0;
  int64_t key = 0;
  int64_t number = 0;
  std::string state;
  std::string reason;
  bool same_agent = false;
  int64_t acked_sequence = 0;
  bool ended = false;
};

AttemptRow ReadAttempt(Row& row) {
  AttemptRow attempt;
  attempt.trial = row.Int();
  attempt.key = row.Int();
  attempt.number = row.Int();
  attempt.state = row.Text();
  attempt.reason = row.Text();
  attempt.same_agent = row.Int() != 0;
  attempt.acked_sequence = row.Int();
  attempt.ended = row.Int() != 0;
  return attempt;
}

class AttemptAudit {
 public:
  AttemptAudit(const AuditContext& context, const AuditedSweep& sweep)
      : context_(context), sweep_(sweep), tallies_(sweep.trials.size()), metrics_(context, sweep) {}

  absl::Status Run() {
    if (context_.depth == AuditDepth::kFull) RETURN_IF_ERROR(metrics_.Prepare());
    Statement list = context_.connection.Prepare(
        "SELECT trials.number, attempt_key, attempts.number, attempts.state, attempts.reason,"
        " attempts.agent = trials.agent, acked_sequence, attempts.ended IS NOT NULL"
        " FROM trials JOIN attempts USING (trial_key) WHERE sweep_key = ?1 ORDER BY trials.number, attempts.number");
    list.Bind(sweep_.key);
    while (true) {
      ASSIGN_OR_RETURN(const auto attempt, ReadOne(list, ReadAttempt));
      if (!attempt.has_value()) break;
      RETURN_IF_ERROR(Judge(*attempt));
    }
    for (size_t i = 0; i < tallies_.size(); ++i) JudgeTrial(sweep_.trials[i], tallies_[i]);
    return absl::OkStatus();
  }

 private:
  absl::Status Judge(const AttemptRow& row) {
    ++context_.report.attempts;
    const std::optional<size_t> index = sweep_.IndexOf(row.trial);
    if (!index.has_value()) return absl::DataLossError(absl::StrCat(sweep_.PlaceOf(row.trial), " was read twice"));
    const AuditedTrial& trial = sweep_.trials[*index];
    Tally& tally = tallies_[*index];
    const auto complain = [&](std::string what) {
      context_.Complain(sweep_.PlaceOf(row.trial, row.number), std::move(what), kDistrustCure);
    };
    if (row.number != tally.count + 1) {
      context_.Complain(sweep_.PlaceOf(row.trial, tally.count + 1),
                        absl::StrCat("is missing: the next attempt is number ", row.number), kDistrustCure);
    }
    tally.count = row.number;
    const std::optional<AttemptState> state = ParseAttemptState(row.state);
    if (!state.has_value() || !ParseTrialReason(row.reason).has_value()) {
      complain(absl::StrCat("state \"", row.state, "\" or reason \"", row.reason, "\" is unknown"));
    }
    tally.newest = state.value_or(AttemptState::kLost);
    const bool before_retry = row.number <= sweep_.user_actions.LastRetryOf(row.trial);
    if (!before_retry) {
      tally.failed += tally.newest == AttemptState::kFailed ? 1 : 0;
      tally.lost += tally.newest == AttemptState::kLost || tally.newest == AttemptState::kPreempted ? 1 : 0;
    }
    if ((tally.newest == AttemptState::kRunning) == row.ended) {
      complain(absl::StrCat("is ", row.state, row.ended ? " but has an end" : " but has no end"));
    }
    const bool left_behind = before_retry ? tally.newest != AttemptState::kRunning : LeftBehind(tally.newest);
    if (row.number < trial.attempt && !left_behind) {
      complain(absl::StrCat("is ", row.state, " although attempt ", trial.attempt, " came after it"));
    }
    if (row.number == trial.attempt && !row.same_agent) complain("was leased to another agent than its trial names");
    if (context_.depth == AuditDepth::kQuick) return absl::OkStatus();
    return metrics_.Judge({row.key, row.number, row.acked_sequence}, trial);
  }

  void JudgeTrial(const AuditedTrial& trial, const Tally& tally) const {
    const auto complain = [&](std::string what) {
      context_.Complain(sweep_.PlaceOf(trial.number), std::move(what), kDistrustCure);
    };
    if (trial.attempt != tally.count) {
      complain(absl::StrCat("names attempt ", trial.attempt, " as its current one, and its newest is ", tally.count));
    }
    const bool waits = tally.count == 0 || tally.count == sweep_.user_actions.LastRetryOf(trial.number);
    const bool fits = waits ? trial.state == TrialState::kPending || trial.state == TrialState::kCancelled
                            : Agree(trial.state, tally.newest);
    if (!fits) {
      complain(absl::StrCat("is ", TrialStateName(trial.state), " while its newest attempt is ",
                            tally.count == 0 ? "none" : AttemptStateName(tally.newest)));
    }
    // A lost attempt that was cancelled stays counted as lost.
    const bool may_count_one_more = trial.state == TrialState::kCancelled && tally.newest == AttemptState::kCancelled;
    if (trial.lost_attempts < tally.lost || trial.lost_attempts > tally.lost + (may_count_one_more ? 1 : 0)) {
      complain(absl::StrCat("counts ", trial.lost_attempts, " lost attempts; there are ", tally.lost));
    }
    if (trial.failed_attempts != tally.failed) {
      complain(absl::StrCat("counts ", trial.failed_attempts, " failed attempts; there are ", tally.failed));
    }
  }

  const AuditContext& context_;
  const AuditedSweep& sweep_;
  std::vector<Tally> tallies_;  // parallel to the trials
  MetricAudit metrics_;
};

}  // namespace

absl::Status AuditAttempts(const AuditContext& context, const AuditedSweep& sweep) {
  return AttemptAudit(context, sweep).Run();
}

}  // namespace sweepd
