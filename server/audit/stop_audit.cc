// Decisions to stop early: against the attempts they stop, and against the events that tell of them.
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/audit/audited_sweep.h"
#include "server/core/event.h"
#include "server/store/sqlite/row.h"
#include "server/store/sqlite/sql_text.h"
#include "server/store/sqlite/stop_rows.h"

namespace sweepd {
namespace {

struct StopRow {
  int64_t trial = 0;
  int64_t attempt = 0;
  std::string state;
  std::string reason;
  std::optional<StopDecision> decision;
};

StopRow ReadStopRow(Row& row) {
  StopRow read;
  read.trial = row.Int();
  read.attempt = row.Int();
  read.state = row.Text();
  read.reason = row.Text();
  read.decision = ReadStop(row);
  return read;
}

class StopAudit {
 public:
  StopAudit(const AuditContext& context, const AuditedSweep& sweep) : context_(context), sweep_(sweep) {}

  absl::Status Run() {
    RETURN_IF_ERROR(ReadEvents());
    static constexpr auto kList =
        SqlText("SELECT trials.number, attempts.number, attempts.state, attempts.reason, ", kStopColumns,
                " FROM trials JOIN attempts USING (trial_key) LEFT JOIN stop_decisions USING (attempt_key)"
                " WHERE sweep_key = ?1 AND (stop_decisions.rule IS NOT NULL OR attempts.reason = 'STOPPED_EARLY')"
                " ORDER BY trials.number, attempts.number");
    Statement list = context_.connection.Prepare(kList);
    list.Bind(sweep_.key);
    while (true) {
      ASSIGN_OR_RETURN(const auto row, ReadOne(list, ReadStopRow));
      if (!row.has_value()) break;
      Judge(*row);
    }
    for (const auto& [trial, attempt] : told_)
      Complain(trial, attempt, "an event tells of a decision that is not there");
    return absl::OkStatus();
  }

 private:
  absl::Status ReadEvents() {
    Statement list = context_.connection.Prepare(
        "SELECT trial, attempt FROM events WHERE sweep_key = ?1 AND kind = ?2 ORDER BY revision");
    list.Bind(sweep_.key, EventKindName(EventKind::kTrialStopDecided));
    ASSIGN_OR_RETURN(const auto told, ReadAll(list, [](Row& row) {
                       const int64_t trial = row.Int();
                       return std::pair(trial, row.Int());
                     }));
    told_.insert(told.begin(), told.end());
    return absl::OkStatus();
  }

  void Judge(const StopRow& row) {
    if (!row.decision.has_value()) return Complain(row.trial, row.attempt, "is STOPPED_EARLY without a decision");
    const bool stopped = row.state == "STOPPED" && row.reason == "STOPPED_EARLY";
    if (!stopped && row.state != "RUNNING" && row.state != "CANCELLED") {
      Complain(row.trial, row.attempt, absl::StrCat("was to stop early and is ", row.state, " ", row.reason));
    }
    if (told_.erase({row.trial, row.attempt}) == 0)
      Complain(row.trial, row.attempt, "was to stop early without an event");
    if (sweep_.sweep.spec == nullptr) return;
    const std::optional<Objective>& objective = sweep_.sweep.spec->objective;
    const bool worse = objective.has_value() && IsBetter(objective->goal, row.decision->threshold, row.decision->value);
    if (!worse) Complain(row.trial, row.attempt, "was to stop early by a value that is no worse than its threshold");
  }

  void Complain(int64_t trial, int64_t attempt, std::string what) const {
    context_.Complain(sweep_.PlaceOf(trial, attempt), std::move(what), kDistrustCure);
  }

  const AuditContext& context_;
  const AuditedSweep& sweep_;
  std::set<std::pair<int64_t, int64_t>> told_;  // trial and attempt of every event that was not matched yet
};

}  // namespace

absl::Status AuditStops(const AuditContext& context, const AuditedSweep& sweep) {
  return StopAudit(context, sweep).Run();
}

}  // namespace sweepd
