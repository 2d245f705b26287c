#include "server/store/sqlite/trial_rows.h"

#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/store/sqlite/row.h"
#include "server/store/sqlite/sql_text.h"
#include "server/store/sqlite/state_filter.h"

namespace sweepd {
namespace {

constexpr char kColumns[] =
    "number, state, reason, message, assignment, attempt, lost_attempts, failed_attempts, agent, objective, "
    "objective_bits, objective_step, created, started, ended, repeat_of, mean, "
    "mean_bits";

// 9e999 is beyond every finite number, so it reads as infinity.
constexpr char kObjectiveIsFinite[] = "objective > -9e999 AND objective < 9e999";

constexpr char kStateMatches[] = "(?3 IS NULL OR state IN (SELECT value FROM json_each(?3)))";

// The best value first, then its lowest number: each is one step in the index trials_best. `aggregate` is min or max.
// With repeats the best mean, by the index trials_best_mean.
template <size_t kSize>
constexpr auto SelectBest(const char (&aggregate)[kSize]) {
  return SqlText("SELECT ", kColumns,
                 " FROM trials WHERE sweep_key = ?1 AND state IN ('SUCCEEDED', 'STOPPED') AND objective = (SELECT ",
                 aggregate,
                 "(objective) FROM trials"
                 " WHERE sweep_key = ?1 AND state IN ('SUCCEEDED', 'STOPPED') AND ",
                 kObjectiveIsFinite, ") ORDER BY number LIMIT 1");
}

template <size_t kSize>
constexpr auto SelectBestMean(const char (&aggregate)[kSize]) {
  return SqlText("SELECT ", kColumns, " FROM trials WHERE sweep_key = ?1 AND mean = (SELECT ", aggregate,
                 "(mean) FROM trials WHERE sweep_key = ?1 AND mean IS NOT NULL) ORDER BY number LIMIT 1");
}

// Reads kColumns.
struct TrialReader {
  absl::string_view sweep_id;

  Trial operator()(Row& row) const {
    Trial trial;
    trial.key = {std::string(sweep_id), row.Int()};
    trial.state = row.Word(ParseTrialState);
    trial.reason = row.Word(ParseTrialReason);
    trial.message = row.Text();
    absl::StatusOr<Value> assignment = ParseJson(row.Text());
    if (assignment.ok() && assignment->is_map()) {
      trial.assignment = std::move(assignment->as_map());
    } else {
      row.Fail(absl::StrCat("a damaged assignment of ", TrialResourceName(trial.key)));
    }
    trial.attempt = row.Int();
    trial.lost_attempts = row.Int();
    trial.failed_attempts = row.Int();
    trial.agent = row.Text();
    trial.objective = row.OptionalDouble();
    trial.objective_step = row.OptionalInt();
    trial.created = row.Time();
    trial.started = row.OptionalTime();
    trial.ended = row.OptionalTime();
    trial.repeat_of = row.Int();
    trial.mean = row.OptionalDouble();
    return trial;
  }
};

}  // namespace

absl::StatusOr<int64_t> TrialRows::KeyOf(const TrialKey& trial) {
  if (const auto known = keys_.Find(trial)) return *known;
  ASSIGN_OR_RETURN(const int64_t sweep_key, sweeps_.KeyOf(trial.sweep_id));
  Statement find = connection_.Prepare("SELECT trial_key FROM trials WHERE sweep_key = ?1 AND number = ?2");
  find.Bind(sweep_key, trial.number);
  ASSIGN_OR_RETURN(const auto key, ReadOne(find, [](Row& row) { return row.Int(); }));
  if (!key.has_value()) return TrialNotFound(trial);
  keys_.Remember(trial, *key);
  return *key;
}

absl::StatusOr<Trial> TrialRows::Find(const TrialKey& key) {
  ASSIGN_OR_RETURN(const int64_t sweep_key, sweeps_.KeyOf(key.sweep_id));
  static constexpr auto kFind = SqlText("SELECT ", kColumns, " FROM trials WHERE sweep_key = ?1 AND number = ?2");
  Statement find = connection_.Prepare(kFind);
  find.Bind(sweep_key, key.number);
  ASSIGN_OR_RETURN(auto trial, ReadOne(find, TrialReader{key.sweep_id}));
  if (!trial.has_value()) return TrialNotFound(key);
  return *std::move(trial);
}

absl::StatusOr<std::vector<Trial>> TrialRows::List(absl::string_view sweep_id, const TrialQuery& query) {
  ASSIGN_OR_RETURN(const int64_t sweep_key, sweeps_.KeyOf(sweep_id));
  if (query.order == TrialOrder::kBestFirst) return ListBestFirst(sweep_id, sweep_key, query);
  static constexpr auto kAscending =
      SqlText("SELECT ", kColumns, " FROM trials WHERE sweep_key = ?1 AND number > ?2 AND ", kStateMatches,
              " ORDER BY number LIMIT ?4");
  static constexpr auto kDescending = SqlText(
      "SELECT ", kColumns, " FROM trials WHERE sweep_key = ?1 AND number < iif(?2 = 0, 9223372036854775807, ?2) AND ",
      kStateMatches, " ORDER BY number DESC LIMIT ?4");
  const bool ascending = query.order == TrialOrder::kNumber;
  Statement list = ascending ? connection_.Prepare(kAscending) : connection_.Prepare(kDescending);
  list.Bind(sweep_key, query.after, StateFilter(query.states, TrialStateName), query.limit);
  return ReadAll(list, TrialReader{sweep_id});
}

absl::StatusOr<std::vector<Trial>> TrialRows::ListBestFirst(absl::string_view sweep_id, int64_t sweep_key,
                                                            const TrialQuery& query) {
  ASSIGN_OR_RETURN(const Goal goal, sweeps_.GoalOf(sweep_key));
  const int64_t sign = goal == Goal::kMinimize ? 1 : -1;
  // The order of a trial: (without a finite objective, objective in the direction of the goal, number).
  int64_t after_is_without = -1;
  double after_merit = 0;
  if (query.after != 0) {
    ASSIGN_OR_RETURN(const Trial after, Find({std::string(sweep_id), query.after}));
    after_is_without = after.objective.has_value() && std::isfinite(*after.objective) ? 0 : 1;
    // Adding 0.0 turns -0.0 into 0.0, which SQLite takes for the same number.
    if (after_is_without == 0) after_merit = static_cast<double>(sign) * *after.objective + 0.0;
  }
  // The merit fills ?5 and ?6.
  static constexpr auto kList =
      SqlText("WITH ranked AS (SELECT iif(", kObjectiveIsFinite, ", 0, 1) AS is_without, iif(", kObjectiveIsFinite,
              ", objective * ?2, 0.0) AS merit, ", kColumns, " FROM trials WHERE sweep_key = ?1 AND ", kStateMatches,
              ") SELECT ", kColumns,
              " FROM ranked WHERE (is_without, merit, number) > (?4, ?5, ?7)"
              " ORDER BY is_without, merit, number LIMIT ?8");
  Statement list = connection_.Prepare(kList);
  list.Bind(sweep_key, sign, StateFilter(query.states, TrialStateName), after_is_without, after_merit, query.after,
            query.limit);
  return ReadAll(list, TrialReader{sweep_id});
}

absl::StatusOr<std::optional<Trial>> TrialRows::FindRunnable(absl::string_view sweep_id) {
  ASSIGN_OR_RETURN(const int64_t sweep_key, sweeps_.KeyOf(sweep_id));
  static constexpr auto kFind = SqlText("SELECT ", kColumns,
                                        " FROM trials WHERE sweep_key = ?1 AND state IN ('PENDING', 'LOST')"
                                        " ORDER BY number LIMIT 1");
  Statement find = connection_.Prepare(kFind);
  find.Bind(sweep_key);
  return ReadOne(find, TrialReader{sweep_id});
}

absl::StatusOr<std::optional<Trial>> TrialRows::FindBest(absl::string_view sweep_id) {
  ASSIGN_OR_RETURN(const int64_t sweep_key, sweeps_.KeyOf(sweep_id));
  ASSIGN_OR_RETURN(const Goal goal, sweeps_.GoalOf(sweep_key));
  static constexpr auto kLowest = SelectBest("min");
  static constexpr auto kHighest = SelectBest("max");
  static constexpr auto kLowestMean = SelectBestMean("min");
  static constexpr auto kHighestMean = SelectBestMean("max");
  ASSIGN_OR_RETURN(const int64_t repeats, sweeps_.RepeatsOf(sweep_key));
  const bool minimize = goal == Goal::kMinimize;
  Statement find = repeats > 1 ? (minimize ? connection_.Prepare(kLowestMean) : connection_.Prepare(kHighestMean))
                               : (minimize ? connection_.Prepare(kLowest) : connection_.Prepare(kHighest));
  find.Bind(sweep_key);
  return ReadOne(find, TrialReader{sweep_id});
}

absl::Status TrialRows::Insert(const Trial& trial) {
  ASSIGN_OR_RETURN(const int64_t sweep_key, sweeps_.KeyOf(trial.key.sweep_id));
  static constexpr auto kInsert =
      SqlText("INSERT INTO trials (sweep_key, ", kColumns,
              ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)");
  Statement insert = connection_.Prepare(kInsert);
  insert.Bind(sweep_key, trial.key.number, TrialStateName(trial.state), TrialReasonName(trial.reason), trial.message,
              ToJson(*trial.assignment));
  insert.Bind(trial.attempt, trial.lost_attempts, trial.failed_attempts, trial.agent);
  insert.Bind(trial.objective, trial.objective_step);
  RETURN_IF_ERROR(insert.Bind(trial.created, trial.started, trial.ended, trial.repeat_of, trial.mean).Run());
  keys_.RememberInserted(trial.key, connection_.last_insert_key());
  return absl::OkStatus();
}

absl::Status TrialRows::Update(const Trial& trial) {
  ASSIGN_OR_RETURN(const int64_t key, KeyOf(trial.key));
  Statement update = connection_.Prepare(
      "UPDATE trials SET state = ?2, reason = ?3, message = ?4, attempt = ?5, lost_attempts = ?6,"
      " failed_attempts = ?7, agent = ?8, objective = ?9, objective_bits = ?10, objective_step = ?11, started = ?12,"
      " ended = ?13, mean = ?14, mean_bits = ?15"
      " WHERE trial_key = ?1");
  update.Bind(key, TrialStateName(trial.state), TrialReasonName(trial.reason), trial.message);
  update.Bind(trial.attempt, trial.lost_attempts, trial.failed_attempts, trial.agent);
  update.Bind(trial.objective, trial.objective_step);
  return update.Bind(trial.started, trial.ended, trial.mean).Run();
}

absl::Status TrialRows::UpdateObjective(const Trial& trial) {
  ASSIGN_OR_RETURN(const int64_t key, KeyOf(trial.key));
  Statement update = connection_.Prepare(
      "UPDATE trials SET objective = ?2, objective_bits = ?3, objective_step = ?4 WHERE trial_key = ?1");
  return update.Bind(key, trial.objective, trial.objective_step).Run();
}

}  // namespace sweepd
