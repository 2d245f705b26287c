#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/dry_run.h"
#include "client/output/problem_text.h"
#include "client/output/resource_json.h"
#include "client/output/sweep_output.h"
#include "client/sweep_source.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

void PrintCreated(Session& session, const v1::Sweep& sweep) {
  const Terminal terminal = session.terminal();
  const std::string& address = session.client().address();
  // The next command must work when it is copied: name the controller unless it is the default there too.
  const std::string option =
      address == session.surroundings().controller ? "" : absl::StrCat("--controller ", address, " ");
  session.out() << "Created sweep " << Paint(sweep.id(), Style::kBold, terminal.colour) << " (" << MethodSummary(sweep)
                << ")\n"
                << "Next: sweep-agent --controller " << address << " " << sweep.id() << "\n"
                << "      sweepctl " << option << "watch " << sweep.id() << "\n";
}

class CreateCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Argument("FILE", &path_, "The sweep file, YAML or JSON; - reads standard input");
    line.Option("--dry-run", "N", &dry_run_, 1, "Print the first N trials and their commands, and create nothing");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    v1::CreateSweepRequest request;
    ASSIGN_OR_RETURN(*request.mutable_file(), ReadSweepFile(path_, session.surroundings().in));
    if (dry_run_ > 0) return PrintDryRun(session, std::move(*request.mutable_file()), dry_run_);
    ASSIGN_OR_RETURN(const v1::CreateSweepResponse response, session.client().CreateSweep(std::move(request)));
    session.err() << ProblemsText(response.warnings(), "warning: ");
    const v1::Sweep& sweep = response.sweep();
    PrintOne(session.out(), session.format(), sweep.id(), SweepJson(sweep), SweepCsvPaths(),
             [&] { PrintCreated(session, sweep); });
    return ExitCode::kOk;
  }

 private:
  std::string path_;
  int64_t dry_run_ = 0;  // trials to print instead
};

}  // namespace

std::unique_ptr<Command> MakeCreateCommand() { return std::make_unique<CreateCommand>(); }

}  // namespace sweepd::client
