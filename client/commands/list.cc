#include "client/commands/commands.h"
#include "client/output/state_text.h"
#include "client/output/sweep_output.h"
#include "client/paging.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

class ListCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Option("-s,--state", "STATE", &states_, "Only sweeps in this state; may be repeated");
    line.Option("-n,--limit", "N", &limit_, 1, "At most so many");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    v1::ListSweepsRequest request;
    ASSIGN_OR_RETURN(const std::vector<v1::SweepState> states, ParseSweepStates(states_));
    request.mutable_states()->Add(states.begin(), states.end());
    ListPrinter printer(session.out(), session.terminal(), session.format(), SweepColumns(), SweepCsvPaths());
    const absl::Time now = session.Now();
    RETURN_IF_ERROR(ForEachSweep(session.client(), std::move(request), limit_,
                                 [&](const v1::Sweep& sweep) { printer.Add(SweepRow(sweep, now)); }));
    printer.Finish("No sweeps. Create one: sweepctl create FILE");
    return ExitCode::kOk;
  }

 private:
  std::vector<std::string> states_;
  int64_t limit_ = kNoLimit;
};

}  // namespace

std::unique_ptr<Command> MakeListCommand() { return std::make_unique<ListCommand>(); }

}  // namespace sweepd::client
