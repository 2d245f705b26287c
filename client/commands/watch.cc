#include "client/commands/commands.h"
#include "client/watch/show_progress.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

class WatchCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Argument("ID", &id_, "The sweep's id");
    line.Option("--since", "REVISION", &since_, 0, "Print the events after this revision; default: all");
    line.Option("--reconnect", "DURATION", &reconnect_,
                "How long to wait for a controller that went away; default 60s");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    if (session.format() == Format::kCsv) return absl::InvalidArgumentError("watch prints table, json, jsonl or id");
    session.set_reconnect_for(reconnect_);
    ASSIGN_OR_RETURN(v1::Sweep sweep, session.client().GetSweep(id_));
    ASSIGN_OR_RETURN(sweep, ShowProgress(session, sweep, since_, [] { return absl::OkStatus(); }));
    if (session.format() == Format::kId && sweep.has_best_trial()) session.out() << sweep.best_trial() << '\n';
    return ReportOutcome(session.err(), sweep);
  }

 private:
  std::string id_;
  int64_t since_ = 0;
  absl::Duration reconnect_ = absl::Seconds(60);
};

}  // namespace

std::unique_ptr<Command> MakeWatchCommand() { return std::make_unique<WatchCommand>(); }

}  // namespace sweepd::client
