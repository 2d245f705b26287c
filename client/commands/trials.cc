#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/output/state_text.h"
#include "client/output/trial_output.h"
#include "client/paging.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

absl::StatusOr<v1::TrialOrder> ParseOrder(const std::string& word) {
  if (word == "number") return v1::TRIAL_ORDER_NUMBER;
  if (word == "-number") return v1::TRIAL_ORDER_NUMBER_REVERSE;
  if (word == "best") return v1::TRIAL_ORDER_BEST_FIRST;
  return absl::InvalidArgumentError(absl::StrCat("no order \"", word, "\"; orders are number, -number, best"));
}

class TrialsCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Argument("ID", &id_, "The sweep's id");
    line.Option("-s,--state", "STATE", &states_, "Only trials in this state; may be repeated");
    line.Option("--order", "ORDER", &order_, "number (default), -number or best");
    line.Option("-n,--limit", "N", &limit_, 1, "At most so many");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    v1::ListTrialsRequest request;
    request.set_sweep(id_);
    ASSIGN_OR_RETURN(const v1::TrialOrder order, ParseOrder(order_));
    request.set_order(order);
    ASSIGN_OR_RETURN(const std::vector<v1::TrialState> states, ParseTrialStates(states_));
    request.mutable_states()->Add(states.begin(), states.end());
    // Names the columns.
    ASSIGN_OR_RETURN(const v1::Sweep sweep, session.client().GetSweep(id_));
    const TrialListing listing(sweep);
    ListPrinter printer(session.out(), session.terminal(), session.format(), listing.Columns(), listing.CsvPaths());
    const absl::Time now = session.Now();
    RETURN_IF_ERROR(ForEachTrial(session.client(), std::move(request), limit_,
                                 [&](const v1::Trial& trial) { printer.Add(listing.Row(trial, now)); }));
    printer.Finish("No trials.");
    return ExitCode::kOk;
  }

 private:
  std::string id_;
  std::vector<std::string> states_;
  std::string order_ = "number";
  int64_t limit_ = kNoLimit;
};

}  // namespace

std::unique_ptr<Command> MakeTrialsCommand() { return std::make_unique<TrialsCommand>(); }

}  // namespace sweepd::client
