#include "server/store/sqlite/stop_rows.h"

#include "common/status_macros.h"
#include "server/store/sqlite/statement.h"

namespace sweepd {

std::optional<StopDecision> ReadStop(Row& row) {
  StopDecision decision;
  decision.rule = row.Text();
  decision.iteration = row.Int();
  decision.value = row.OptionalDouble().value_or(0);
  decision.threshold = row.OptionalDouble().value_or(0);
  decision.trials = row.Int();
  decision.time = row.Time();
  return decision.rule.empty() ? std::nullopt : std::optional(std::move(decision));
}

absl::Status StopRows::Insert(const TrialKey& trial, int64_t attempt, const StopDecision& decision) {
  ASSIGN_OR_RETURN(const int64_t attempt_key, attempts_.KeyOf(trial, attempt));
  Statement insert = connection_.Prepare(
      "INSERT INTO stop_decisions"
      " (attempt_key, rule, iteration, value, value_bits, threshold, threshold_bits, trials, time)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
  insert.Bind(attempt_key, decision.rule, decision.iteration, decision.value, decision.threshold, decision.trials,
              decision.time);
  return insert.Run();
}

}  // namespace sweepd
