#include "client/commands/commands.h"
#include "client/local/data_folder.h"
#include "client/local/interrupts.h"
#include "client/local/local_stack.h"
#include "client/output/problem_text.h"
#include "client/output/sweep_output.h"
#include "client/output/trial_output.h"
#include "client/paging.h"
#include "client/sweep_source.h"
#include "client/watch/show_progress.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

absl::Status PrintTrialTable(Session& session, const v1::Sweep& sweep) {
  const TrialListing listing(sweep);
  ListPrinter printer(session.out(), session.terminal(), session.format(), listing.Columns(), listing.CsvPaths());
  v1::ListTrialsRequest request;
  request.set_sweep(sweep.id());
  const absl::Time now = session.Now();
  RETURN_IF_ERROR(ForEachTrial(session.client(), std::move(request), kNoLimit,
                               [&](const v1::Trial& trial) { printer.Add(listing.Row(trial, now)); }));
  printer.Finish("No trials.");
  return absl::OkStatus();
}

class RunCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Argument("FILE", &path_, "The sweep file, YAML or JSON; - reads standard input");
    line.Option("--slots", "N", &slots_, 1, "How many trials run at the same time; default 1");
    line.Option("--keep", "DIR", &keep_, "Keep the controller's data and both logs in this folder");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    const Surroundings& surroundings = session.surroundings();
    // Before any other thread: they inherit the blocked signals.
    Interrupts interrupts;
    ASSIGN_OR_RETURN(const v1::SweepFile file, ReadSweepFile(path_, surroundings.in));
    ASSIGN_OR_RETURN(const std::string sweepd,
                     FindProgram("sweepd", surroundings.program_folder, surroundings.search_path));
    ASSIGN_OR_RETURN(const std::string sweep_agent,
                     FindProgram("sweep-agent", surroundings.program_folder, surroundings.search_path));
    ASSIGN_OR_RETURN(const std::unique_ptr<DataFolder> folder, DataFolder::Open(keep_, surroundings.temporary_folder));
    LocalStack stack(sweepd, sweep_agent, *folder);
    const absl::StatusOr<v1::Sweep> sweep = RunSweep(session, file, stack, interrupts);
    if (interrupts.Count() > 0) session.err() << "stopping; again to kill\n";
    stack.Stop(sweep.ok(), [&] { return interrupts.Count() > 1; });
    if (!keep_.empty()) session.err() << "the data is in " << keep_ << '\n';
    if (!sweep.ok()) return sweep.status();
    return ReportOutcome(session.err(), *sweep);
  }

 private:
  // Everything that needs the controller; the sweep is over when it succeeds.
  absl::StatusOr<v1::Sweep> RunSweep(Session& session, const v1::SweepFile& file, LocalStack& stack,
                                     Interrupts& interrupts) {
    ASSIGN_OR_RETURN(const std::string address, stack.StartController([&] { return interrupts.Count() > 0; }));
    session.UseController(address);
    v1::CreateSweepRequest request;
    *request.mutable_file() = file;
    ASSIGN_OR_RETURN(const v1::CreateSweepResponse created, session.client().CreateSweep(std::move(request)));
    session.err() << ProblemsText(created.warnings(), "warning: ");
    RETURN_IF_ERROR(stack.StartAgent(address, created.sweep().id(), slots_));
    const auto check = [&] { return interrupts.Count() > 0 ? absl::CancelledError("interrupted") : stack.Check(); };
    ASSIGN_OR_RETURN(const v1::Sweep sweep, Follow(session, created.sweep(), check));
    if (session.format() == Format::kTable) session.out() << '\n';
    RETURN_IF_ERROR(PrintTrialTable(session, sweep));
    if (session.format() != Format::kTable || !sweep.has_best_trial()) return sweep;
    session.out() << "\nBest\n";
    RETURN_IF_ERROR(PrintBestTrial(session, sweep));
    return sweep;
  }

  // Only a table shows the way; the other formats hold the result alone.
  static absl::StatusOr<v1::Sweep> Follow(Session& session, const v1::Sweep& sweep,
                                          absl::FunctionRef<absl::Status()> check) {
    if (session.format() == Format::kTable) return ShowProgress(session, sweep, 0, check);
    return FollowQuietly(session, sweep, check);
  }

  std::string path_;
  int64_t slots_ = 1;
  std::string keep_;
};

}  // namespace

std::unique_ptr<Command> MakeRunCommand() { return std::make_unique<RunCommand>(); }

}  // namespace sweepd::client
