#include "server/store/sqlite/sweep_rows.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/store/sqlite/row.h"
#include "server/store/sqlite/sql_text.h"
#include "server/store/sqlite/state_filter.h"

namespace sweepd {
namespace {

// Most sweeps whose definition is remembered.
constexpr size_t kMaxDefinitions = 256;

constexpr char kColumns[] =
    "id, state, reason, pending, running, lost, succeeded, failed, stopped, cancelled, suggestions, revision, created, "
    "updated, ended, failures_in_a_row";

struct KeyedSweep {
  int64_t key = 0;
  Sweep sweep;
};

// Reads "sweep_key, " and kColumns.
KeyedSweep ReadSweep(Row& row) {
  KeyedSweep keyed;
  keyed.key = row.Int();
  Sweep& sweep = keyed.sweep;
  sweep.id = row.Text();
  sweep.state = row.Word(ParseSweepState);
  sweep.reason = row.Word(ParseSweepReason);
  TrialCounts& counts = sweep.counts;
  for (int64_t* count : {&counts.pending, &counts.running, &counts.lost, &counts.succeeded, &counts.failed,
                         &counts.stopped, &counts.cancelled}) {
    *count = row.Int();
  }
  sweep.suggestions = row.Int();
  sweep.revision = row.Int();
  sweep.created = row.Time();
  sweep.updated = row.Time();
  sweep.ended = row.OptionalTime();
  sweep.failures_in_a_row = row.Int();
  return keyed;
}

absl::StatusOr<SweepSpec> ParseSpec(const std::string& json) {
  ASSIGN_OR_RETURN(const Value value, ParseJson(json));
  return SpecFromValue(value);
}

}  // namespace

absl::StatusOr<int64_t> SweepRows::KeyOf(absl::string_view id) {
  const auto known = keys_.find(id);
  if (known != keys_.end()) return known->second;
  Statement find = connection_.Prepare("SELECT sweep_key FROM sweeps WHERE id = ?1");
  find.Bind(id);
  ASSIGN_OR_RETURN(const auto key, ReadOne(find, [](Row& row) { return row.Int(); }));
  if (!key.has_value()) return SweepNotFound(id);
  if (access_ == Access::kOnlyWriter) keys_.emplace(id, *key);
  return *key;
}

absl::StatusOr<std::shared_ptr<const SweepRows::Definition>> SweepRows::DefinitionOf(int64_t sweep_key) {
  const auto known = definitions_.find(sweep_key);
  if (known != definitions_.end()) return known->second;
  Statement find = connection_.Prepare("SELECT spec, source FROM sweep_definitions WHERE sweep_key = ?1");
  find.Bind(sweep_key);
  ASSIGN_OR_RETURN(const bool found, find.Step());
  if (!found) return absl::DataLossError(absl::StrCat("the sweep with key ", sweep_key, " has no definition"));
  Row row(find);
  const absl::StatusOr<SweepSpec> spec = ParseSpec(row.Text());
  if (!spec.ok()) {
    return absl::DataLossError(absl::StrCat("the stored spec of a sweep is damaged: ", spec.status().message()));
  }
  auto definition = std::make_shared<Definition>();
  definition->spec = std::make_shared<const SweepSpec>(*spec);
  if (std::string source = row.Text(); !source.empty()) {
    definition->source = std::make_shared<const std::string>(std::move(source));
  }
  if (definitions_.size() >= kMaxDefinitions) definitions_.clear();
  definitions_.emplace(sweep_key, definition);
  return definition;
}

absl::Status SweepRows::AddDefinition(int64_t sweep_key, Sweep& sweep) {
  ASSIGN_OR_RETURN(const auto definition, DefinitionOf(sweep_key));
  sweep.spec = definition->spec;
  sweep.source = definition->source;
  return absl::OkStatus();
}

absl::StatusOr<Goal> SweepRows::GoalOf(int64_t sweep_key) {
  ASSIGN_OR_RETURN(const auto definition, DefinitionOf(sweep_key));
  return definition->spec->objective.has_value() ? definition->spec->objective->goal : Goal::kMinimize;
}

absl::StatusOr<int64_t> SweepRows::RepeatsOf(int64_t sweep_key) {
  ASSIGN_OR_RETURN(const auto definition, DefinitionOf(sweep_key));
  return definition->spec->repeats;
}

absl::StatusOr<Sweep> SweepRows::Find(absl::string_view id) {
  static constexpr auto kFind = SqlText("SELECT sweep_key, ", kColumns, " FROM sweeps WHERE id = ?1");
  Statement find = connection_.Prepare(kFind);
  find.Bind(id);
  ASSIGN_OR_RETURN(auto found, ReadOne(find, ReadSweep));
  if (!found.has_value()) return SweepNotFound(id);
  RETURN_IF_ERROR(AddDefinition(found->key, found->sweep));
  return std::move(found->sweep);
}

absl::StatusOr<std::vector<Sweep>> SweepRows::List(const SweepQuery& query) {
  std::optional<int64_t> below;
  if (!query.after.empty()) {
    ASSIGN_OR_RETURN(below, KeyOf(query.after));
  }
  static constexpr auto kList = SqlText("SELECT sweep_key, ", kColumns,
                                        " FROM sweeps"
                                        " WHERE sweep_key < coalesce(?1, 9223372036854775807)"
                                        "   AND (?2 IS NULL OR state IN (SELECT value FROM json_each(?2)))"
                                        " ORDER BY sweep_key DESC LIMIT ?3");
  Statement list = connection_.Prepare(kList);
  list.Bind(below, StateFilter(query.states, SweepStateName), query.limit);
  ASSIGN_OR_RETURN(auto found, ReadAll(list, ReadSweep));
  std::vector<Sweep> sweeps;
  for (KeyedSweep& keyed : found) {
    RETURN_IF_ERROR(AddDefinition(keyed.key, keyed.sweep));
    sweeps.push_back(std::move(keyed.sweep));
  }
  return sweeps;
}

absl::Status SweepRows::Insert(const Sweep& sweep) {
  defined_ = true;
  static constexpr auto kInsert =
      SqlText("INSERT INTO sweeps (", kColumns,
              ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)");
  Statement insert = connection_.Prepare(kInsert);
  const TrialCounts& counts = sweep.counts;
  insert.Bind(sweep.id, SweepStateName(sweep.state), SweepReasonName(sweep.reason));
  insert.Bind(counts.pending, counts.running, counts.lost, counts.succeeded, counts.failed, counts.stopped,
              counts.cancelled);
  insert.Bind(sweep.suggestions, sweep.revision, sweep.created, sweep.updated, sweep.ended, sweep.failures_in_a_row);
  RETURN_IF_ERROR(insert.Run());
  Statement define = connection_.Prepare("INSERT INTO sweep_definitions (sweep_key, spec, source) VALUES (?1, ?2, ?3)");
  return define.Bind(connection_.last_insert_key(), ToJson(SpecToValue(*sweep.spec)), sweep.source ? *sweep.source : "")
      .Run();
}

absl::Status SweepRows::Update(const Sweep& sweep) {
  ASSIGN_OR_RETURN(const int64_t key, KeyOf(sweep.id));
  Statement update = connection_.Prepare(
      "UPDATE sweeps SET state = ?2, reason = ?3, pending = ?4, running = ?5, lost = ?6, succeeded = ?7, failed = ?8,"
      " stopped = ?9, cancelled = ?10, suggestions = ?11, revision = ?12, updated = ?13, ended = ?14,"
      " failures_in_a_row = ?15"
      " WHERE sweep_key = ?1");
  const TrialCounts& counts = sweep.counts;
  update.Bind(key, SweepStateName(sweep.state), SweepReasonName(sweep.reason));
  update.Bind(counts.pending, counts.running, counts.lost, counts.succeeded, counts.failed, counts.stopped,
              counts.cancelled);
  return update.Bind(sweep.suggestions, sweep.revision, sweep.updated, sweep.ended, sweep.failures_in_a_row).Run();
}

absl::Status SweepRows::UpdateSpec(const Sweep& sweep) {
  ASSIGN_OR_RETURN(const int64_t key, KeyOf(sweep.id));
  defined_ = true;
  definitions_.erase(key);
  return connection_.Prepare("UPDATE sweep_definitions SET spec = ?2 WHERE sweep_key = ?1")
      .Bind(key, ToJson(SpecToValue(*sweep.spec)))
      .Run();
}

absl::Status SweepRows::Delete(absl::string_view id) {
  ASSIGN_OR_RETURN(const int64_t key, KeyOf(id));
  RETURN_IF_ERROR(connection_.Prepare("DELETE FROM sweeps WHERE sweep_key = ?1").Bind(key).Run());
  keys_.erase(std::string(id));
  definitions_.erase(key);
  return absl::OkStatus();
}

void SweepRows::OnRollback() {
  if (!defined_) return;
  keys_.clear();
  definitions_.clear();
}

}  // namespace sweepd
