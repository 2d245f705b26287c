// What belongs to no sweep: agents, and the answers that were given to requests.
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/audit/audited_sweep.h"
#include "server/store/sqlite/row.h"

namespace sweepd {
namespace {

absl::Status AuditAgentsOfAttempts(const AuditContext& context) {
  Statement list = context.connection.Prepare(
      "SELECT sweeps.id, trials.number, attempts.number, agent_id"
      " FROM attempts JOIN trials USING (trial_key) JOIN sweeps USING (sweep_key)"
      " WHERE agent_id NOT IN (SELECT id FROM agents)");
  while (true) {
    ASSIGN_OR_RETURN(const bool found, list.Step());
    if (!found) return absl::OkStatus();
    Row row(list);
    TrialKey trial;
    trial.sweep_id = row.Text();
    trial.number = row.Int();
    const int64_t attempt = row.Int();
    context.Complain(absl::StrCat(TrialResourceName(trial), "/attempts/", attempt),
                     absl::StrCat("was leased to agent ", row.Text(), ", which never registered"), kDistrustCure);
  }
}

// A response holds the id of the sweep or of the agent that its request made, or names the trial that it made or
// changed
// ("SWEEP/NUMBER"). A sweep may have been deleted since; agents stay.
absl::Status AuditResponses(const AuditContext& context) {
  Statement list = context.connection.Prepare(
      "SELECT request_id, CAST(response AS TEXT) FROM responses"
      " WHERE length(response) <> 8 AND substr(CAST(response AS TEXT), 9, 1) <> '/'"
      "   AND (length(response) <> 12 OR CAST(response AS TEXT) NOT IN (SELECT id FROM agents))");
  while (true) {
    ASSIGN_OR_RETURN(const bool found, list.Step());
    if (!found) return absl::OkStatus();
    Row row(list);
    const std::string request = row.Text();
    context.Complain(absl::StrCat("responses/", request),
                     absl::StrCat("the answer \"", row.Text(), "\" is neither a sweep, a trial nor a registered agent"),
                     "its caller gets an error when it repeats the request; restore a backup to be rid of it");
  }
}

// In a full audit every metric value was read with its attempt; one that was not belongs to none.
absl::Status AuditStrayPoints(const AuditContext& context) {
  if (context.depth == AuditDepth::kQuick) return absl::OkStatus();
  ASSIGN_OR_RETURN(const int64_t stored, context.connection.QueryInt("SELECT count(*) FROM metric_points"));
  if (stored != context.report.points) {
    context.Complain("table metric_points",
                     absl::StrCat(stored - context.report.points, " of ", stored, " values belong to no attempt"),
                     kRestoreCure);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AuditRegistrations(const AuditContext& context) {
  RETURN_IF_ERROR(AuditAgentsOfAttempts(context));
  RETURN_IF_ERROR(AuditResponses(context));
  return AuditStrayPoints(context);
}

}  // namespace sweepd
