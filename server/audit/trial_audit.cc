// Trials: their numbers, states and assignments, and the sweep's row that counts them.
#include <algorithm>
#include <cmath>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/audit/audited_sweep.h"
#include "server/store/sqlite/row.h"
#include "server/store/sqlite/rows.h"

namespace sweepd {
namespace {

bool IsFinite(const std::optional<double>& number) { return number.has_value() && std::isfinite(*number); }

bool Counts(const AuditedTrial& trial) {
  return trial.state == TrialState::kSucceeded || trial.state == TrialState::kStopped;
}

std::string Text(const TrialCounts& counts) {
  return absl::StrCat(counts.pending, " pending, ", counts.running, " running, ", counts.lost, " lost, ",
                      counts.succeeded, " succeeded, ", counts.failed, " failed, ", counts.stopped, " stopped, ",
                      counts.cancelled, " cancelled");
}

// Columns of a trial that only its own row can contradict.
struct TrialRow {
  AuditedTrial trial;
  std::string state;
  std::string reason;
  std::string assignment;  // JSON; empty in a quick audit
  bool started = false;
  bool ended = false;
};

TrialRow ReadTrial(Row& row) {
  TrialRow read;
  AuditedTrial& trial = read.trial;
  trial.number = row.Int();
  read.state = row.Text();
  read.reason = row.Text();
  trial.attempt = row.Int();
  trial.lost_attempts = row.Int();
  trial.failed_attempts = row.Int();
  trial.objective = row.OptionalDouble();
  trial.objective_step = row.OptionalInt();
  read.started = row.Int() != 0;
  read.ended = row.Int() != 0;
  read.assignment = row.Text();
  trial.repeat_of = row.Int();
  trial.mean = row.OptionalDouble();
  return read;
}

class TrialAudit {
 public:
  TrialAudit(const AuditContext& context, AuditedSweep& sweep) : context_(context), sweep_(sweep) {}

  absl::Status Run() {
    Statement list = context_.connection.Prepare(
        "SELECT number, state, reason, attempt, lost_attempts, failed_attempts, objective, objective_bits,"
        " objective_step, started IS NOT NULL, ended IS NOT NULL, iif(?2, assignment, ''),"
        " repeat_of, mean, mean_bits"
        " FROM trials WHERE sweep_key = ?1 ORDER BY number");
    list.Bind(sweep_.key, static_cast<int64_t>(context_.depth == AuditDepth::kFull));
    while (true) {
      ASSIGN_OR_RETURN(auto row, ReadOne(list, ReadTrial));
      if (!row.has_value()) break;
      Judge(*row);
      sweep_.trials.push_back(row->trial);
    }
    context_.report.trials += static_cast<int64_t>(sweep_.trials.size());
    JudgeSweep();
    return JudgeBest();
  }

 private:
  void Complain(int64_t number, std::string what, absl::string_view cure) const {
    context_.Complain(sweep_.PlaceOf(number), std::move(what), cure);
  }

  void Judge(TrialRow& row) {
    AuditedTrial& trial = row.trial;
    const int64_t expected = sweep_.trials.empty() ? 1 : sweep_.trials.back().number + 1;
    if (trial.number != expected) {
      Complain(expected, absl::StrCat("is missing: the next trial is number ", trial.number), kDistrustCure);
    }
    const std::optional<TrialState> state = ParseTrialState(row.state);
    if (!state.has_value() || !ParseTrialReason(row.reason).has_value()) {
      Complain(trial.number, absl::StrCat("state \"", row.state, "\" or reason \"", row.reason, "\" is unknown"),
               kRestoreCure);
    }
    trial.state = state.value_or(TrialState::kPending);
    if (trial.repeat_of == 0) ++assignments_;
    ++CountOf(recount_, trial.state);
    if (IsTerminal(trial.state) != row.ended) {
      Complain(trial.number, absl::StrCat("is ", row.state, row.ended ? " but has a time of end" : " but has no end"),
               kDistrustCure);
    }
    if ((trial.attempt > 0) != row.started) {
      Complain(trial.number, absl::StrCat("has attempt ", trial.attempt, row.started ? " but a" : " but no", " start"),
               kDistrustCure);
    }
    if (sweep_.sweep.spec == nullptr) return;
    JudgeObjective(trial, row.state);
    JudgeRetries(trial);
    if (context_.depth == AuditDepth::kFull) JudgeAssignment(trial, row.assignment);
  }

  void JudgeObjective(const AuditedTrial& trial, const std::string& state) const {
    const bool wanted = sweep_.sweep.spec->objective.has_value();
    if (!wanted && trial.objective.has_value()) {
      Complain(trial.number, "has an objective although its sweep has no metric", kDistrustCure);
    }
    if (wanted && trial.state == TrialState::kSucceeded && !IsFinite(trial.objective)) {
      Complain(trial.number, "is SUCCEEDED without a finite objective", kDistrustCure);
    }
    if (trial.state == TrialState::kStopped && trial.objective.has_value() && !IsFinite(trial.objective)) {
      Complain(trial.number, absl::StrCat("is ", state, " with an objective that is not finite"), kDistrustCure);
    }
  }

  // A failed trial has spent one attempt more than its retries allow.
  void JudgeRetries(const AuditedTrial& trial) const {
    if (sweep_.user_actions.changed_limits) return;
    const Retries& retries = sweep_.sweep.spec->retries;
    const int64_t last = trial.state == TrialState::kFailed ? 1 : 0;
    if (trial.lost_attempts > retries.lost + last) {
      Complain(trial.number, absl::StrCat("lost ", trial.lost_attempts, " attempts with retries.lost: ", retries.lost),
               kDistrustCure);
    }
    if (trial.failed_attempts > retries.failed + last) {
      Complain(trial.number,
               absl::StrCat("failed in ", trial.failed_attempts, " attempts with retries.failed: ", retries.failed),
               kDistrustCure);
    }
  }

  void JudgeAssignment(const AuditedTrial& trial, const std::string& json) {
    const int64_t number = trial.number;
    if (trial.repeat_of != 0 && json != assignment_) {
      Complain(number, absl::StrCat("repeats trial ", trial.repeat_of, " with another assignment"), kDistrustCure);
    }
    if (trial.repeat_of == 0) assignment_ = json;
    const absl::StatusOr<Value> value = ParseJson(json);
    if (!value.ok() || !value->is_map()) return Complain(number, "its assignment cannot be read", kRestoreCure);
    const absl::Status inside = sweep_.sweep.spec->space.CheckAssignment(value->as_map());
    if (!inside.ok()) {
      Complain(number, absl::StrCat("its assignment is outside the sweep's space: ", inside.message()), kDistrustCure);
    }
    // Two assignments of a grid are equal if their texts are: both name the same values in the same order.
    const bool is_point = sweep_.sweep.spec->method == Method::kGrid && trial.repeat_of == 0;
    if (is_point && !sweep_.user_actions.Added(number) && !grid_points_.insert(json).second) {
      Complain(number, absl::StrCat("repeats the grid point ", json), kDistrustCure);
    }
  }

  void JudgeSweep() const {
    const Sweep& sweep = sweep_.sweep;
    const auto complain = [&](std::string what, absl::string_view cure) {
      context_.Complain(sweep_.place(), std::move(what), cure);
    };
    if (!(sweep.counts == recount_)) {
      complain(absl::StrCat("counts ", Text(sweep.counts), "; its trials are ", Text(recount_)), kCounterCure);
    }
    if (sweep.suggestions != Suggested()) {
      complain(absl::StrCat("has ", sweep.suggestions, " suggestions and ", assignments_, " assignments, of which ",
                            assignments_ - Suggested(), " were added by users"),
               kDistrustCure);
    }
    if ((sweep.state == SweepState::kActive) != (sweep.reason == SweepReason::kNone)) {
      complain("its state and its reason do not fit each other", kCounterCure);
    }
    if (IsTerminal(sweep.state) != sweep.ended.has_value()) {
      complain("its state and its time of end do not fit each other", kCounterCure);
    }
    if (IsTerminal(sweep.state) && recount_.open() > 0) {
      complain(absl::StrCat("is ", SweepStateName(sweep.state), " with ", recount_.open(), " open trials"),
               kDistrustCure);
    }
    if (sweep.spec != nullptr) JudgeCaps(*sweep.spec);
  }

  void JudgeCaps(const SweepSpec& spec) const {
    const bool fixed = !sweep_.user_actions.changed_limits;
    if (fixed && spec.run_cap.has_value() && recount_.total() > *spec.run_cap) {
      context_.Complain(sweep_.place(), absl::StrCat("has ", recount_.total(), " trials with run_cap: ", *spec.run_cap),
                        kDistrustCure);
    }
    if (fixed && spec.max_parallel.has_value() && recount_.running > *spec.max_parallel) {
      context_.Complain(sweep_.place(),
                        absl::StrCat("runs ", recount_.running, " trials with max_parallel: ", *spec.max_parallel),
                        "cancel what is too much, or let it finish");
    }
    const uint64_t size = spec.method == Method::kGrid ? spec.space.GridSize().value_or(0) : 0;
    if (size > 0 && static_cast<uint64_t>(Suggested()) > size) {
      context_.Complain(sweep_.place(), absl::StrCat("has ", Suggested(), " assignments in a grid of ", size),
                        kDistrustCure);
    }
  }

  // The best trial that users are shown is found by an index; the true one by looking at every trial.
  absl::Status JudgeBest() const {
    const Sweep& sweep = sweep_.sweep;
    if (sweep.spec == nullptr || !sweep.spec->objective.has_value()) return absl::OkStatus();
    // With repeats by the means, which AuditRepeats has compared with the objectives.
    const auto merit = sweep.spec->repeats == 1 ? &AuditedTrial::objective : &AuditedTrial::mean;
    const AuditedTrial* best = nullptr;
    for (const AuditedTrial& trial : sweep_.trials) {
      if (!Counts(trial) || !IsFinite(trial.*merit)) continue;
      if (best == nullptr || IsBetter(sweep.spec->objective->goal, *(trial.*merit), *(best->*merit))) best = &trial;
    }
    Rows rows(context_.connection, Access::kReader);
    const absl::StatusOr<std::optional<Trial>> shown = rows.trials.FindBest(sweep.id);
    if (absl::IsDataLoss(shown.status())) return absl::OkStatus();  // an unreadable row, which has its complaint
    RETURN_IF_ERROR(shown.status());
    const int64_t shown_number = shown->has_value() ? (*shown)->key.number : 0;
    const int64_t best_number = best == nullptr ? 0 : best->number;
    if (shown_number != best_number) {
      context_.Complain(sweep_.place(),
                        absl::StrCat("shows trial ", shown_number, " as its best one, which is trial ", best_number),
                        kRestoreCure);
    }
    return absl::OkStatus();
  }

  // Assignments that the method made.
  int64_t Suggested() const { return assignments_ - static_cast<int64_t>(sweep_.user_actions.added.size()); }

  const AuditContext& context_;
  AuditedSweep& sweep_;
  TrialCounts recount_;
  int64_t assignments_ = 0;  // trials that repeat no other one
  std::string assignment_;   // JSON, of the newest of them; in a full audit
  absl::flat_hash_set<std::string> grid_points_;
};

}  // namespace

std::optional<size_t> AuditedSweep::IndexOf(int64_t number) const {
  const auto found = std::lower_bound(trials.begin(), trials.end(), number,
                                      [](const AuditedTrial& trial, int64_t n) { return trial.number < n; });
  if (found == trials.end() || found->number != number) return std::nullopt;
  return static_cast<size_t>(found - trials.begin());
}

absl::Status AuditTrials(const AuditContext& context, AuditedSweep& sweep) { return TrialAudit(context, sweep).Run(); }

}  // namespace sweepd
