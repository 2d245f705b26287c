// What users did by hand, from the event log.
#include "common/status_macros.h"
#include "server/audit/audited_sweep.h"
#include "server/core/event.h"
#include "server/store/sqlite/row.h"

namespace sweepd {
namespace {

struct ActionRow {
  std::string kind;
  int64_t trial = 0;
  int64_t attempt = 0;
};

}  // namespace

absl::Status ReadUserActions(const AuditContext& context, AuditedSweep& sweep) {
  Statement list = context.connection.Prepare(
      "SELECT kind, trial, attempt FROM events WHERE sweep_key = ?1"
      " AND kind IN ('SWEEP_UPDATED', 'TRIAL_ADDED', 'TRIAL_RETRIED') ORDER BY revision");
  list.Bind(sweep.key);
  while (true) {
    ASSIGN_OR_RETURN(const auto action, ReadOne(list, [](Row& row) {
                       ActionRow read;
                       read.kind = row.Text();
                       read.trial = row.Int();
                       read.attempt = row.Int();
                       return read;
                     }));
    if (!action.has_value()) return absl::OkStatus();
    const std::optional<EventKind> kind = ParseEventKind(action->kind);
    if (kind == EventKind::kSweepUpdated) sweep.user_actions.changed_limits = true;
    if (kind == EventKind::kTrialAdded) sweep.user_actions.added.insert(action->trial);
    if (kind == EventKind::kTrialRetried) sweep.user_actions.last_retry_of[action->trial] = action->attempt;
  }
}

}  // namespace sweepd
