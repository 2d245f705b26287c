#include "server/audit/metric_audit.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/store/sqlite/row.h"

namespace sweepd {
namespace {

bool SameBits(double a, double b) { return std::memcmp(&a, &b, sizeof(a)) == 0; }

std::string Text(const std::optional<double>& number) {
  return number.has_value() ? FormatDouble(*number) : "no number";
}

}  // namespace

absl::Status MetricAudit::Prepare() {
  const SweepSpec* spec = sweep_.sweep.spec.get();
  Statement list = context_.connection.Prepare("SELECT name_key, name FROM metric_names");
  while (true) {
    ASSIGN_OR_RETURN(const bool found, list.Step());
    if (!found) return absl::OkStatus();
    Row row(list);
    const int64_t key = row.Int();
    name_keys_.insert(key);
    if (spec != nullptr && spec->objective.has_value() && row.Text() == spec->objective->metric) objective_key_ = key;
  }
}

absl::Status MetricAudit::Judge(const AttemptId& attempt, const AuditedTrial& trial) {
  Aggregate aggregate;
  sequences_.clear();
  Statement list = context_.connection.Prepare(
      "SELECT name_key, step, sequence, value, value_bits FROM metric_points WHERE attempt_key = ?1");
  list.Bind(attempt.key);
  while (true) {
    ASSIGN_OR_RETURN(const bool found, list.Step());
    if (!found) break;
    Row row(list);
    const int64_t name_key = row.Int();
    const int64_t step = row.Int();
    const int64_t sequence = row.Int();
    const double value = row.Double();
    RETURN_IF_ERROR(row.status());
    sequences_.push_back(sequence);
    if (!name_keys_.contains(name_key)) {
      context_.Complain(sweep_.PlaceOf(trial.number, attempt.number),
                        absl::StrCat("report ", sequence, " holds a metric without a name (key ", name_key, ")"),
                        kRestoreCure);
    }
    if (name_key == objective_key_) Take(value, step, sequence, aggregate);
  }
  context_.report.points += static_cast<int64_t>(sequences_.size());
  JudgeSequences(attempt, trial);
  if (attempt.number == trial.attempt) JudgeObjective(trial, aggregate);
  return absl::OkStatus();
}

void MetricAudit::Take(double value, int64_t step, int64_t sequence, Aggregate& aggregate) const {
  const Objective& objective = *sweep_.sweep.spec->objective;
  bool better = !aggregate.value.has_value();
  if (!better && objective.aggregation == Aggregation::kLast) better = sequence > aggregate.sequence;
  if (!better && objective.aggregation == Aggregation::kBest) {
    const bool finite = std::isfinite(value);
    const bool was_finite = std::isfinite(*aggregate.value);
    // The first of equal best values counts; without any finite value, the last one.
    better = finite != was_finite        ? finite
             : !finite                   ? sequence > aggregate.sequence
             : value == *aggregate.value ? sequence < aggregate.sequence
                                         : IsBetter(objective.goal, value, *aggregate.value);
  }
  if (better) aggregate = {value, step, sequence};
}

void MetricAudit::JudgeSequences(const AttemptId& attempt, const AuditedTrial& trial) {
  std::sort(sequences_.begin(), sequences_.end());
  int64_t last = 0;
  for (const int64_t sequence : sequences_) {
    if (sequence > last + 1) break;
    last = sequence;
  }
  const int64_t stored = sequences_.empty() ? 0 : sequences_.back();
  if (last == attempt.acked_sequence && stored == last) return;
  const std::string what =
      stored > attempt.acked_sequence
          ? absl::StrCat("report ", stored, " is stored, but only ", attempt.acked_sequence, " were acknowledged")
          : absl::StrCat("report ", last + 1, " is missing: ", attempt.acked_sequence, " were acknowledged");
  context_.Complain(sweep_.PlaceOf(trial.number, attempt.number), what, kDistrustCure);
}

void MetricAudit::JudgeObjective(const AuditedTrial& trial, const Aggregate& aggregate) const {
  // It may have been left out when the trial was over, before a user had it run again.
  const bool retried = trial.attempt == sweep_.user_actions.LastRetryOf(trial.number);
  if (retried && !trial.objective.has_value()) return;
  std::optional<double> expected = aggregate.value;
  const bool counts = trial.state == TrialState::kSucceeded || trial.state == TrialState::kStopped;
  if (counts && expected.has_value() && !std::isfinite(*expected)) expected.reset();
  const bool same = expected.has_value() == trial.objective.has_value() &&
                    (!expected.has_value() || SameBits(*expected, *trial.objective));
  if (!same) {
    context_.Complain(
        sweep_.PlaceOf(trial.number),
        absl::StrCat("its objective is ", Text(trial.objective), "; its reports make it ", Text(expected)),
        kDistrustCure);
  } else if (expected.has_value() && trial.objective_step != aggregate.step) {
    context_.Complain(sweep_.PlaceOf(trial.number),
                      absl::StrCat("its objective was reported at step ", aggregate.step, ", not at step ",
                                   trial.objective_step.has_value() ? absl::StrCat(*trial.objective_step) : "none"),
                      kDistrustCure);
  }
}

}  // namespace sweepd
