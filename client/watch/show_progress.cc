#include "client/watch/show_progress.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "client/output/resource_json.h"
#include "client/output/state_text.h"
#include "client/output/sweep_output.h"
#include "client/output/trial_output.h"
#include "client/watch/event_lines.h"
#include "client/watch/live_view.h"
#include "common/status_macros.h"

namespace sweepd::client {

absl::StatusOr<v1::Sweep> ShowProgress(Session& session, const v1::Sweep& sweep, int64_t after_revision,
                                       absl::FunctionRef<absl::Status()> check) {
  SweepClient& client = session.client();
  if (session.format() == Format::kTable && session.terminal().is_terminal) {
    LiveView view(client, sweep, session.out(), session.surroundings().measure_terminal, session.surroundings().clock);
    // The picture needs the present, not the history.
    return FollowSweep(client, sweep, sweep.revision(), view, check);
  }
  if (session.format() == Format::kId) return FollowQuietly(session, sweep, check);
  const bool json = session.format() == Format::kJson || session.format() == Format::kJsonl;
  EventLines lines(session.out(), session.err(), client.address(), session.zone(), json, after_revision == 0);
  return FollowSweep(client, sweep, after_revision, lines, check);
}

absl::StatusOr<v1::Sweep> FollowQuietly(Session& session, const v1::Sweep& sweep,
                                        absl::FunctionRef<absl::Status()> check) {
  ConnectionNotes notes(session.err(), session.client().address());
  return FollowSweep(session.client(), sweep, sweep.revision(), notes, check);
}

ExitCode ReportOutcome(std::ostream& err, const v1::Sweep& sweep) {
  if (HasSuccess(sweep)) return ExitCode::kOk;
  err << "sweep " << sweep.id() << " is " << SweepStateText(sweep.state()) << " and no trial succeeded ("
      << CountsText(sweep.counts()) << ")\n";
  return ExitCode::kNoSuccessfulTrial;
}

void PrintBest(Session& session, const v1::Sweep& sweep, const v1::Trial& best) {
  PrintOne(session.out(), session.format(), absl::StrCat(best.number()), TrialJson(best, session.Now()),
           TrialListing(sweep).CsvPaths(), [&] {
             PrintTrial(session.out(), session.terminal(), best, sweep.spec().objective().metric(), session.Now(),
                        session.zone());
           });
}

absl::Status PrintBestTrial(Session& session, const v1::Sweep& sweep) {
  if (!sweep.has_best_trial()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const v1::Trial best, session.client().GetBestTrial(sweep.id()));
  PrintBest(session, sweep, best);
  return absl::OkStatus();
}

}  // namespace sweepd::client
