#include "server/store/sqlite/attempt_rows.h"

#include <utility>

#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/store/sqlite/row.h"
#include "server/store/sqlite/sql_text.h"
#include "server/store/sqlite/stop_rows.h"

namespace sweepd {
namespace {

constexpr char kColumns[] =
    "attempts.number, attempts.state, attempts.reason, attempts.message, attempts.agent, agent_id, slot, request_id, "
    "acked_sequence, exit_code, attempts.started, attempts.ended";

// Reads kColumns and kStopColumns.
Attempt ReadAttempt(TrialKey trial, Row& row) {
  Attempt attempt;
  attempt.trial = std::move(trial);
  attempt.number = row.Int();
  attempt.state = row.Word(ParseAttemptState);
  attempt.reason = row.Word(ParseTrialReason);
  attempt.message = row.Text();
  attempt.agent = row.Text();
  attempt.agent_id = row.Text();
  attempt.slot = row.Int();
  attempt.request_id = row.Text();
  attempt.acked_sequence = row.Int();
  attempt.exit_code = row.OptionalInt();
  attempt.started = row.Time();
  attempt.ended = row.OptionalTime();
  attempt.stop = ReadStop(row);
  return attempt;
}

// Reads "sweeps.id, trials.number, ", kColumns and kStopColumns.
Attempt ReadAttemptOfAnyTrial(Row& row) {
  TrialKey trial;
  trial.sweep_id = row.Text();
  trial.number = row.Int();
  return ReadAttempt(std::move(trial), row);
}

}  // namespace

absl::StatusOr<int64_t> AttemptRows::KeyOf(const TrialKey& trial, int64_t number) {
  ASSIGN_OR_RETURN(const int64_t trial_key, trials_.KeyOf(trial));
  if (const auto known = keys_.Find({trial_key, number})) return *known;
  Statement find = connection_.Prepare("SELECT attempt_key FROM attempts WHERE trial_key = ?1 AND number = ?2");
  find.Bind(trial_key, number);
  ASSIGN_OR_RETURN(const auto key, ReadOne(find, [](Row& row) { return row.Int(); }));
  if (!key.has_value()) return AttemptNotFound(trial, number);
  keys_.Remember({trial_key, number}, *key);
  return *key;
}

absl::StatusOr<Attempt> AttemptRows::Find(const TrialKey& trial, int64_t number) {
  ASSIGN_OR_RETURN(const int64_t trial_key, trials_.KeyOf(trial));
  static constexpr auto kFind = SqlText("SELECT ", kColumns, ", ", kStopColumns,
                                        " FROM attempts LEFT JOIN stop_decisions USING (attempt_key)"
                                        " WHERE trial_key = ?1 AND number = ?2");
  Statement find = connection_.Prepare(kFind);
  find.Bind(trial_key, number);
  ASSIGN_OR_RETURN(auto attempt, ReadOne(find, [&](Row& row) { return ReadAttempt(trial, row); }));
  if (!attempt.has_value()) return AttemptNotFound(trial, number);
  return *std::move(attempt);
}

absl::StatusOr<std::vector<Attempt>> AttemptRows::List(const TrialKey& trial) {
  ASSIGN_OR_RETURN(const int64_t trial_key, trials_.KeyOf(trial));
  static constexpr auto kList = SqlText("SELECT ", kColumns, ", ", kStopColumns,
                                        " FROM attempts LEFT JOIN stop_decisions USING (attempt_key)"
                                        " WHERE trial_key = ?1 ORDER BY number");
  Statement list = connection_.Prepare(kList);
  list.Bind(trial_key);
  return ReadAll(list, [&](Row& row) { return ReadAttempt(trial, row); });
}

absl::StatusOr<std::vector<Attempt>> AttemptRows::ListRunning() {
  static constexpr auto kListRunning =
      SqlText("SELECT sweeps.id, trials.number, ", kColumns, ", ", kStopColumns,
              " FROM attempts JOIN trials USING (trial_key) JOIN sweeps USING (sweep_key)"
              " LEFT JOIN stop_decisions USING (attempt_key)"
              " WHERE attempts.state = 'RUNNING'"
              " ORDER BY sweeps.id, trials.number");
  Statement list = connection_.Prepare(kListRunning);
  return ReadAll(list, ReadAttemptOfAnyTrial);
}

absl::StatusOr<std::optional<Attempt>> AttemptRows::FindByRequest(absl::string_view agent_id,
                                                                  absl::string_view request_id) {
  static constexpr auto kFindByRequest =
      SqlText("SELECT sweeps.id, trials.number, ", kColumns, ", ", kStopColumns,
              " FROM attempts JOIN trials USING (trial_key) JOIN sweeps USING (sweep_key)"
              " LEFT JOIN stop_decisions USING (attempt_key)"
              " WHERE agent_id = ?1 AND request_id = ?2"
              " ORDER BY attempt_key DESC LIMIT 1");
  Statement find = connection_.Prepare(kFindByRequest);
  find.Bind(agent_id, request_id);
  return ReadOne(find, ReadAttemptOfAnyTrial);
}

absl::Status AttemptRows::Insert(const Attempt& attempt) {
  ASSIGN_OR_RETURN(const int64_t trial_key, trials_.KeyOf(attempt.trial));
  Statement insert = connection_.Prepare(
      "INSERT INTO attempts (trial_key, number, state, reason, message, agent, agent_id, slot, request_id,"
      " acked_sequence, exit_code, started, ended)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");
  insert.Bind(trial_key, attempt.number, AttemptStateName(attempt.state), TrialReasonName(attempt.reason),
              attempt.message, attempt.agent, attempt.agent_id, attempt.slot, attempt.request_id);
  insert.Bind(attempt.acked_sequence, attempt.exit_code, attempt.started, attempt.ended);
  RETURN_IF_ERROR(insert.Run());
  keys_.RememberInserted({trial_key, attempt.number}, connection_.last_insert_key());
  return absl::OkStatus();
}

absl::Status AttemptRows::Update(const Attempt& attempt) {
  ASSIGN_OR_RETURN(const int64_t key, KeyOf(attempt.trial, attempt.number));
  Statement update = connection_.Prepare(
      "UPDATE attempts SET state = ?2, reason = ?3, message = ?4, acked_sequence = ?5, exit_code = ?6, ended = ?7"
      " WHERE attempt_key = ?1");
  update.Bind(key, AttemptStateName(attempt.state), TrialReasonName(attempt.reason), attempt.message,
              attempt.acked_sequence, attempt.exit_code, attempt.ended);
  return update.Run();
}

absl::Status AttemptRows::Acknowledge(int64_t attempt_key, int64_t sequence) {
  Statement update =
      connection_.Prepare("UPDATE attempts SET acked_sequence = ?2 WHERE attempt_key = ?1 AND acked_sequence < ?2");
  return update.Bind(attempt_key, sequence).Run();
}

}  // namespace sweepd
