#include "absl/strings/match.h"
#include "client/commands/commands.h"
#include "client/output/resource_json.h"
#include "client/output/sweep_output.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

class ShowCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Argument("ID", &id_, "The sweep's id");
    line.Flag("--source", &source_, "Print the sweep file that it was created from, and nothing else");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    ASSIGN_OR_RETURN(const v1::Sweep sweep, session.client().GetSweep(id_));
    if (source_) return PrintSource(session, sweep);
    PrintOne(session.out(), session.format(), sweep.id(), SweepJson(sweep), SweepCsvPaths(),
             [&] { PrintSweep(session.out(), session.terminal(), sweep, session.zone()); });
    return ExitCode::kOk;
  }

 private:
  absl::StatusOr<ExitCode> PrintSource(Session& session, const v1::Sweep& sweep) {
    if (sweep.source().empty()) {
      return absl::FailedPreconditionError("the sweep was not created from a file; see sweepctl show -o json");
    }
    session.out() << sweep.source();
    if (!absl::EndsWith(sweep.source(), "\n")) session.out() << '\n';
    return ExitCode::kOk;
  }

  std::string id_;
  bool source_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeShowCommand() { return std::make_unique<ShowCommand>(); }

}  // namespace sweepd::client
