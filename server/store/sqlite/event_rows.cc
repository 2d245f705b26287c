#include "server/store/sqlite/event_rows.h"

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/store/sqlite/row.h"
#include "server/store/sqlite/sql_text.h"

namespace sweepd {
namespace {

constexpr char kColumns[] = "revision, kind, trial, attempt, objective, objective_bits, detail, time";

Event ReadEvent(Row& row) {
  Event event;
  event.revision = row.Int();
  event.kind = row.Word(ParseEventKind);
  event.trial = row.Int();
  event.attempt = row.Int();
  event.objective = row.OptionalDouble();
  event.detail = row.Text();
  event.time = row.Time();
  return event;
}

}  // namespace

absl::StatusOr<std::vector<Event>> EventRows::List(absl::string_view sweep_id, int64_t after, int64_t limit) {
  ASSIGN_OR_RETURN(const int64_t sweep_key, sweeps_.KeyOf(sweep_id));
  static constexpr auto kList = SqlText("SELECT ", kColumns,
                                        " FROM events WHERE sweep_key = ?1 AND revision > ?2"
                                        " ORDER BY revision LIMIT ?3");
  Statement list = connection_.Prepare(kList);
  list.Bind(sweep_key, after, limit);
  return ReadAll(list, ReadEvent);
}

absl::StatusOr<int64_t> EventRows::NewestRevision(int64_t sweep_key) {
  if (const auto known = newest_.Find(sweep_key)) return *known;
  Statement find = connection_.Prepare("SELECT coalesce(max(revision), 0) FROM events WHERE sweep_key = ?1");
  find.Bind(sweep_key);
  ASSIGN_OR_RETURN(const auto newest, ReadOne(find, [](Row& row) { return row.Int(); }));
  return newest.value_or(0);
}

absl::Status EventRows::Append(absl::string_view sweep_id, const Event& event) {
  ASSIGN_OR_RETURN(const int64_t sweep_key, sweeps_.KeyOf(sweep_id));
  ASSIGN_OR_RETURN(const int64_t newest, NewestRevision(sweep_key));
  if (event.revision != newest + 1) {
    return absl::FailedPreconditionError(
        absl::StrCat("event ", event.revision, " of sweep ", sweep_id, " does not follow its newest one"));
  }
  static constexpr auto kInsert =
      SqlText("INSERT INTO events (sweep_key, ", kColumns, ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
  Statement insert = connection_.Prepare(kInsert);
  insert.Bind(sweep_key, event.revision, EventKindName(event.kind), event.trial, event.attempt, event.objective,
              event.detail, event.time);
  RETURN_IF_ERROR(insert.Run());
  newest_.RememberInserted(sweep_key, event.revision);
  return absl::OkStatus();
}

}  // namespace sweepd
