#include "client/commands/commands.h"
#include "client/error_detail.h"
#include "client/output/sweep_output.h"
#include "client/watch/show_progress.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

class BestCommand : public Command {
 public:
  void Declare(CommandLine& line) override { line.Argument("ID", &id_, "The sweep's id"); }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    ASSIGN_OR_RETURN(const v1::Sweep sweep, session.client().GetSweep(id_));
    const absl::StatusOr<v1::Trial> best = session.client().GetBestTrial(id_);
    // Once the sweep is over, that there is none is its outcome and no longer a matter of time.
    if (DetailOf(best.status()).reason() == "NO_SUCCESSFUL_TRIAL" && IsOver(sweep)) {
      return ReportOutcome(session.err(), sweep);
    }
    if (!best.ok()) return best.status();
    PrintBest(session, sweep, *best);
    return ExitCode::kOk;
  }

 private:
  std::string id_;
};

}  // namespace

std::unique_ptr<Command> MakeBestCommand() { return std::make_unique<BestCommand>(); }

}  // namespace sweepd::client
