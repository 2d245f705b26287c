#include "client/commands/sweep_verb.h"

#include "client/output/resource_json.h"
#include "client/output/state_text.h"
#include "client/output/sweep_output.h"
#include "common/status_macros.h"

namespace sweepd::client {

void SweepVerb::Declare(CommandLine& line) { line.Argument("ID", &id_, "The sweep's id"); }

absl::StatusOr<ExitCode> SweepVerb::Run(Session& session) {
  ASSIGN_OR_RETURN(const v1::Sweep sweep, (session.client().*method_)(id_));
  PrintOne(session.out(), session.format(), sweep.id(), SweepJson(sweep), SweepCsvPaths(), [&] {
    const std::string state = SweepStateText(sweep.state());
    session.out() << "Sweep " << sweep.id() << " is " << Paint(state, StyleOfState(state), session.terminal().colour)
                  << " (" << CountsText(sweep.counts()) << ")\n";
  });
  return ExitCode::kOk;
}

}  // namespace sweepd::client
