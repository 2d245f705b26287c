#include "client/commands/commands.h"
#include "client/output/number_text.h"
#include "client/watch/show_progress.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

class WaitCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Argument("ID", &id_, "The sweep's id");
    line.Option("--timeout", "DURATION", &timeout_, "Give up after this time, with exit status 7; default: never");
    line.Option("--reconnect", "DURATION", &reconnect_,
                "How long to wait for a controller that went away; default 60s");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    session.set_reconnect_for(reconnect_);
    const Clock& clock = session.surroundings().clock;
    const absl::Duration deadline = clock.Monotonic() + timeout_;
    bool timed_out = false;
    const auto check = [&] {
      timed_out = clock.Monotonic() >= deadline;
      return timed_out ? absl::DeadlineExceededError("timed out") : absl::OkStatus();
    };
    ASSIGN_OR_RETURN(const v1::Sweep sweep, session.client().GetSweep(id_));
    const absl::StatusOr<v1::Sweep> last = FollowQuietly(session, sweep, check);
    if (timed_out) {
      session.err() << "sweep " << id_ << " is not over after " << DurationText(timeout_) << '\n';
      return ExitCode::kTimedOut;
    }
    if (!last.ok()) return last.status();
    RETURN_IF_ERROR(PrintBestTrial(session, *last));
    return ReportOutcome(session.err(), *last);
  }

 private:
  std::string id_;
  absl::Duration timeout_ = absl::InfiniteDuration();
  absl::Duration reconnect_ = absl::Seconds(60);
};

}  // namespace

std::unique_ptr<Command> MakeWaitCommand() { return std::make_unique<WaitCommand>(); }

}  // namespace sweepd::client
